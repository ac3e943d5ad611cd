"""What may be held together, and where a post may lie."""

from collections.abc import Iterable

from villagepub.core.permissions import Role
from villagepub.divisions.levels import Level

_PLACES = {
    Role.UPLOADER: frozenset({Level.VILLAGE, Level.COMMUNITY}),
    Role.OBSERVER: frozenset(Level),
}
_OF_A_TOWNSHIP = frozenset({Level.TOWNSHIP})


def may_lie_in(role: str, level: str) -> bool:
    """Uploaders belong to a village or community, observers to any place, all others to a township."""
    return level in _PLACES.get(Role(role), _OF_A_TOWNSHIP)


def may_be_held_together(roles: Iterable[str]) -> bool:
    """An auditor holds no other post (GB/T 22239-2019 8.1.5: administrators are separated)."""
    held = set(roles)
    return Role.AUDITOR not in held or held == {Role.AUDITOR}
