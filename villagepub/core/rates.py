"""One number of things out of another, as people read it. Pure."""

NO_RATE = "—"


def rate_of(part: int, whole: int) -> str:
    """``66.7%``; one decimal where needed, never rounded up to 100 %; ``—`` for 0 ÷ 0."""
    if whole == 0:
        return NO_RATE
    tenths = (2000 * part + whole) // (2 * whole)
    if part < whole:
        tenths = min(tenths, 999)
    full, tenth = divmod(tenths, 10)
    return f"{full}.{tenth}%" if tenth else f"{full}%"
