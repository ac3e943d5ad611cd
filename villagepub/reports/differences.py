"""What differs between two reports of one year, field by field. Pure."""

from villagepub.reports.figures import Json
from villagepub.reports.leaves import leaves_of


def differences(before: Json, after: Json) -> list[Json]:
    """``{field, label, before, after}`` for every value that is not the same, in the order of the report."""
    old = {leaf.field: leaf for leaf in leaves_of(before)}
    new = {leaf.field: leaf for leaf in leaves_of(after)}
    found = []
    for field, leaf in (old | new).items():
        was = old[field].value if field in old else None
        now = new[field].value if field in new else None
        if was != now:
            found.append({"field": field, "label": leaf.label, "before": was, "after": now})
    return found
