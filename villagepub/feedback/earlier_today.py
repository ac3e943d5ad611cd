"""What somebody said today before having everything erased: counted till the day is over, by a keyed digest.

Else erasing one's data would begin the day anew, and with it what may be said in a day.
"""

from collections import Counter
from collections.abc import Iterable

from villagepub.accounts import queries as accounts
from villagepub.accounts import throttle
from villagepub.core import clock
from villagepub.feedback.models import Feedback

EVERYWHERE = ("", "")

Place = tuple[str, str]
"""A village and the number of an item, empty for what was said to the village itself."""


def place_of(village: str, number: str | None) -> Place:
    return village, number or ""


def keep(person_id: str, said: Iterable[Feedback]) -> None:
    """Before it is forgotten whose it was. Nothing to keep of somebody without a WeChat account."""
    openid_digest = accounts.find_openid_digest(person_id)
    if openid_digest is None:
        return
    today = [each for each in said if each.received_at >= clock.start_of(clock.today())]
    places = Counter(place for each in today for place in (EVERYWHERE, place_of(each.village, each.number)))
    for place, times in places.items():
        throttle.carry(_door(place), openid_digest, times)


def count(person_id: str, place: Place = EVERYWHERE) -> int:
    """How often the WeChat account of a person said something today, under a name that is gone."""
    openid_digest = accounts.find_openid_digest(person_id)
    return throttle.count_carried(_door(place), openid_digest) if openid_digest else 0


def _door(place: Place) -> str:
    return " ".join(("feedback", clock.today().isoformat(), *place))
