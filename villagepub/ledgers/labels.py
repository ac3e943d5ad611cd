"""What rows of the ledgers can be, and what people call it: ``{key: Chinese name}``."""

SOURCES = {"weibo": "微博", "mini_program": "小程序", "telephone": "电话", "visit": "来访"}
DOCUMENT_KINDS = {"regulation": "规章", "normative_document": "行政规范性文件"}
ACT_KINDS = {"licence": "行政许可", "penalty": "行政处罚", "coercion": "行政强制", "fee": "行政事业性收费"}
RESULT_KINDS = {"assessment": "工作考核", "social_review": "社会评议", "liability": "责任追究"}
DISPUTE_KINDS = {
    "reconsideration": "行政复议",
    "direct_suit": "行政诉讼/未经复议直接起诉",
    "suit_after_reconsideration": "行政诉讼/复议后起诉",
}
CONCLUSIONS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}
