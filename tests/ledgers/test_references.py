"""A row says what it is about by an id, or by the number that stands on the published page."""

from tests.channels.test_changes import correct
from tests.clients import TestClock
from tests.journeys import As, publish
from tests.ledgers.samples import path_of


def test_a_number_means_the_version_of_the_day(as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-11-08 09:00")
    correction = correct(as_, item)
    for day, meant in (("2023-11-01", item), ("2023-11-07", item), ("2023-11-08", correction)):
        body = {"channel": "weibo", "title": day, "posted_on": day, "disclosure": item["number"]}
        assert as_("admin").post(path_of("channel-posts"), body).json["disclosure"] == meant["id"]
