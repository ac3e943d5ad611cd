"""How a rate is printed: exact, and never flattering. Pure."""

NO_RATE = "—"


def rate_of(part: int, whole: int) -> str:
    """``66.7%``; one decimal where needed, never rounded up to 100 %; ``—`` when there was nothing to count."""
    if whole == 0:
        return NO_RATE
    tenths = (2000 * part + whole) // (2 * whole)
    if part < whole:
        tenths = min(tenths, 999)
    whole_percent, tenth = divmod(tenths, 10)
    return f"{whole_percent}.{tenth}%" if tenth else f"{whole_percent}%"
