"""Walking the samples through the real operations, on a clock of their own: late 2023, and the second half of 2024.

Everything happens in one transaction: a demonstration that is broken off leaves nothing behind, and one that is
there already is left alone.
"""

import heapq
import json
from collections.abc import Callable, Generator
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from villagepub.accounts import queries as accounts
from villagepub.bulletins import operations as bulletins
from villagepub.calendars.places import calendar_of
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Conflict
from villagepub.core.paging import PageRequest
from villagepub.core.transactions import transaction
from villagepub.demo.office_hours import after
from villagepub.demo.samples import Sample, Village, read_entries, read_villages, sample_disclosures
from villagepub.demo.seasons import AUTUMN_2023, Season, weekdays
from villagepub.demo.year_end import YearEnd
from villagepub.disclosures import operations as disclosures
from villagepub.disclosures import queries as disclosure_queries
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import settings
from villagepub.publishing import operations as publishing
from villagepub.review import operations as review
from villagepub.review import queries as cases
from villagepub.review.workflow import CHECKLIST, StageName
from villagepub.setup import operations as setup

FOLDER = Path(__file__).resolve().parents[2] / "config" / "townships" / "zhangzheng"
LOADED_AT = datetime(2023, 11, 1, 8, 30, tzinfo=clock.SHANGHAI)
FIGURES_AT = datetime(2024, 1, 29, 9, 0, tzinfo=clock.SHANGHAI)
CLOSED_MONTHS = ("2023-11", "2023-12")
WRITING_2024 = (date(2024, 7, 1), date(2024, 12, 25))
TRAININGS = (date(2023, 11, 8), date(2023, 12, 6))  # the report gives their number; the days are sample days
MINUTES = {
    "submit": 15,
    StageName.SECRECY: 90,
    StageName.OFFICE: 240,
    StageName.LEADER: 60,
    "edit": 120,
    "later": 960,
}

Say = Callable[[str], None]
Json = dict[str, Any]
Steps = Generator[int, None, None]  # each item: after how many minutes of office hours the next step follows


def run(say: Say) -> None:
    """Load the sample township, walk its samples, enter its figures. Raises Conflict on a production server."""
    if settings.environment == "production":
        raise Conflict("演示数据带有公开的密码，不能装入生产环境。")
    figures = json.loads((FOLDER / "figures-2023.json").read_text(encoding="utf-8"))
    with transaction(tenancy.EVERYWHERE):
        if _is_there(figures["township"]):
            say("演示数据已经装载，未作改动。")
        else:
            _Walk(figures["township"], say).run(figures, _read("report-2023.yaml"), _read("sample-2024.yaml"))
    say(_whom_to_sign_in_as(read_villages(FOLDER / "divisions.csv")))


def _is_there(township: str) -> bool:
    place = divisions.find_division(township)
    if place is None:
        return False
    page = disclosure_queries.list_disclosures((place.prefix,), disclosure_queries.Filters(), PageRequest(limit=1))
    if not page.data:
        raise Conflict("掌政镇已经装载但没有样例信息。演示请用一个新的数据库（换一个 INSTANCE_DIR）。")
    return True


class _Walk:
    """One walk. Each sample is a series of steps; the earliest step of all samples comes next."""

    def __init__(self, township: str, say: Say) -> None:
        self.township = township
        self.say = say
        self.moment = LOADED_AT

    def run(self, figures: Json, texts: Json, sample: Json) -> None:
        with clock.running_on(lambda: self.moment):
            self.say("装载掌政镇：区划、公开目录、站办所、岗位和样例账号……")
            setup.load_township(FOLDER / "township.yaml", actor=Actor.system("demo"), demo=True)
            self._walk_samples(figures["proactive"]["mini_program"], AUTUMN_2023)
            self.moment = FIGURES_AT
            self._end_2023(figures, texts)
            calendar = calendar_of(self._place())
            days = tuple(day for day in weekdays(*WRITING_2024) if calendar.is_working_day(day))
            self._walk_samples(sample["items"], Season(sample["year"], days))
            self.moment = datetime.fromisoformat(sample["entered_at"])
            self._end_2024(sample)

    def _walk_samples(self, total: int, season: Season) -> None:
        villages, entries = read_villages(FOLDER / "divisions.csv"), read_entries(FOLDER / "catalogue.csv")
        samples = sample_disclosures(villages, entries, total, season)
        self.say(f"{season.year} 年：{len(villages)} 个村的 {total} 条样例信息逐条起草、提交、经三人审批……")
        order = count()
        waiting = [(sample.drafted_at, next(order), self._course(sample)) for sample in samples]
        heapq.heapify(waiting)
        done = 0
        while waiting:
            self.moment, _, steps = heapq.heappop(waiting)
            minutes = next(steps, None)
            if minutes is None:
                done += 1
                if done % 50 == 0 or done == total:
                    self.say(f"  {self.moment:%Y-%m-%d}　已办结 {done}/{total}")
            else:
                heapq.heappush(waiting, (after(self._place(), self.moment, minutes), next(order), steps))

    def _course(self, sample: Sample) -> Steps:
        """The whole life of one sample."""
        first = yield from self._first_publication(sample)
        if sample.correction is not None:
            yield MINUTES["later"]
            note = sample.correction.change_note
            correction = disclosures.correct(first, actor=self._uploader(sample), change_note=note)
            self._edit(correction, sample, sample.correction.title, sample.correction.body)
            yield from self._review(correction, sample)
        if sample.replacement is not None:
            yield MINUTES["later"]
            publishing.withdraw(first, actor=self._person("admin"), reason=sample.replacement.withdrawal_reason)
            yield MINUTES["edit"]
            again = self._draft(sample, sample.replacement.title, sample.replacement.body)
            yield from self._review(again, sample)

    def _first_publication(self, sample: Sample) -> Generator[int, None, Disclosure]:
        disclosure = self._draft(sample, sample.title, sample.body)
        if sample.returned is not None:
            yield from self._review(disclosure, sample, return_at=sample.returned.stage)
            yield MINUTES["edit"]
            self._edit(disclosure, sample, sample.returned.title, sample.returned.body)
        yield from self._review(disclosure, sample)
        return disclosure

    def _draft(self, sample: Sample, title: str, body: str) -> Disclosure:
        content = _content(sample, title, body)
        return disclosures.create(
            actor=self._uploader(sample), village=sample.village, entry=sample.entry, content=content
        )

    def _edit(self, disclosure: Disclosure, sample: Sample, title: str, body: str) -> None:
        etag = disclosures.etag_of(disclosure)
        disclosures.edit(disclosure, actor=self._uploader(sample), etag=etag, content=_content(sample, title, body))

    def _review(self, disclosure: Disclosure, sample: Sample, return_at: str | None = None) -> Steps:
        """Submit, then each stage in turn approves, or one of them returns."""
        yield MINUTES["submit"]
        review.submit(disclosure, actor=self._uploader(sample))
        for stage in StageName:
            yield MINUTES[stage]
            returns = stage == return_at
            review.decide(
                disclosure,
                actor=self._reviewer(disclosure, stage),
                stage=stage,
                digest=disclosure.digest,
                outcome="return" if returns else "approve",
                checklist=[] if returns else CHECKLIST,
                comment=sample.returned.reason if returns and sample.returned else "",
            )
            if returns:
                return

    def _reviewer(self, disclosure: Disclosure, stage: StageName) -> Actor:
        if stage is not StageName.OFFICE:
            return self._person(stage)
        case = cases.get_open_case(disclosure)
        return self._person(f"office-{accounts.get_office(self.township, case.office_id).key}")

    def _uploader(self, sample: Sample) -> Actor:
        return self._person(f"uploader-{sample.village}")

    def _person(self, username: str) -> Actor:
        person = accounts.find_person_by_username(username)
        if person is None:
            raise LookupError(f"the sample township has no {username}")
        return accounts.actor_of(person)

    def _place(self) -> Any:
        return divisions.get_township(self.township)

    def _end_2023(self, figures: Json, texts: Json) -> None:
        """What the published report states; what it does not state stays not entered, so that nobody can sign it."""
        self.say("2023 年：封账、出通报，登记年度报告写明的其他渠道、投诉、培训、依申请公开……")
        for month in CLOSED_MONTHS:
            bulletins.close_month(actor=self._person("admin"), division=self.township, month=month)
        year = YearEnd(self.township, figures["year"], self._person("admin"))
        year.enter_reported(figures, texts)
        for day in TRAININGS[: figures["platform"]["training_sessions"]]:
            year.enter("trainings", {"held_on": str(day), "topic": "村务公开小程序培训（样例日期）"})
        refusal = year.refusal_to_finalise(figures["signed"]["by"], figures["signed"]["on"])
        self.say(f"  2023 年度报告：{refusal}")

    def _end_2024(self, sample: Json) -> None:
        self.say("2024 年：登记一整年的样例台账和申请，年度报告定稿……")
        year = YearEnd(self.township, sample["year"], self._person("admin"))
        year.enter_sample(sample)
        year.finalise(sample["signed_by"], sample["signed_on"])


def _read(name: str) -> Json:
    return dict(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")))


def _content(sample: Sample, title: str, body: str) -> dict[str, Any]:
    return {
        "title": title,
        "body": body,
        "period": sample.period,
        "event_on": sample.event_on,
        "nothing_to_report": sample.nothing_to_report,
        "audience": sample.audience,
    }


def _whom_to_sign_in_as(villages: list[Village]) -> str:
    village = villages[0]
    accounts_ = [
        (f"{village.name}信息员", f"uploader-{village.code}"),
        ("保密专干", "secrecy"),
        ("财经服务中心负责人", "office-finance"),
        ("主要领导", "leader"),
        ("信息公开工作人员", "admin"),
        ("审计管理员", "auditor"),
    ]
    lines = [f"  {name}　用户名 {username}　密码 demo-{username}" for name, username in accounts_]
    return "可用以下样例账号登录（仅供演示）：\n" + "\n".join(lines)
