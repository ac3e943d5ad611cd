"""How a rate is printed: exact, and never flattering. Pure."""

NO_RATE = "—"
ALL = 1000  # tenths of a percent


def tenths_of(part: int, whole: int) -> int | None:
    """Tenths of a percent, rounded half up but never up to 100 %; None when there was nothing to count."""
    if whole == 0:
        return None
    tenths = (2 * ALL * part + whole) // (2 * whole)
    return min(tenths, ALL - 1) if part < whole else tenths


def rate_of(part: int, whole: int) -> str:
    """``66.7%``; one decimal where needed; ``—`` when there was nothing to count."""
    tenths = tenths_of(part, whole)
    if tenths is None:
        return NO_RATE
    percent, tenth = divmod(tenths, 10)
    return f"{percent}.{tenth}%" if tenth else f"{percent}%"
