"""The kinds of applicant, fixed at registration: the columns of part three of the annual form."""

from collections.abc import Mapping

KIND_LABELS: Mapping[str, str] = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal_service": "法律服务机构",
    "other": "其他",
}
KINDS = tuple(KIND_LABELS)
TOTAL = "total"
COLUMNS = (*KINDS, TOTAL)
