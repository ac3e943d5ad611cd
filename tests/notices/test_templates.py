"""Templates that an operator edits: read whole, refused with everything that is wrong, previewed as they are sent."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from config.base import PROJECT
from tests.journeys import As
from tests.notices.post_office import PostOffice, write_templates
from tests.wechat.platform import FIELDS
from villagepub.notices.fields import type_of
from villagepub.notices.kinds import SUBJECT_VALUES, TEMPLATES, VALUES, WORDINGS
from villagepub.notices.templates import TemplatesRefused, read_templates
from villagepub.review.workflow import Notice

SHIPPED = PROJECT / "config" / "wechat_templates"


def test_the_shipped_templates_are_right_and_wait_for_their_ids() -> None:
    found = read_templates(SHIPPED)
    assert set(found) == set(TEMPLATES)
    assert {each.template_id for each in found.values()} == {""}


def test_every_kind_of_notice_has_its_words() -> None:
    assert set(WORDINGS) == set(Notice)
    for wording in WORDINGS.values():
        assert wording.template is None or wording.template in TEMPLATES
        assert FIELDS["phrase"].fullmatch(wording.outcome)


@pytest.mark.parametrize("notice", [notice for notice, wording in WORDINGS.items() if wording.template])
def test_what_every_kind_says_is_taken_by_the_platform(notice: Notice) -> None:
    template = read_templates(SHIPPED)[WORDINGS[notice].template or ""]
    values = {**VALUES, **SUBJECT_VALUES, "outcome": WORDINGS[notice].outcome, "comment": ""}
    filled = template.filled(values)
    assert not filled.refused
    for key, value in filled.data.items():
        assert FIELDS[type_of(key)].fullmatch(value)


def rewritten(folder: Path, name: str, change: Callable[[dict[str, object]], object]) -> None:
    file = folder / f"{name}.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    folder = write_templates(tmp_path / "templates")
    (folder / "answer.yaml").unlink()
    (folder / "digest.yaml").write_text("- a list", encoding="utf-8")
    rewritten(folder, "result", lambda content: content.update(fields={"thing1": "{titel}", "date2": "{title}"}))
    rewritten(folder, "task", lambda content: content.update(consent="always", colour="red", page="/pages/a"))
    rewritten(folder, "deadline", lambda content: content.update(fields={"enum1": "是", "thing2": "{title:>9}"}))
    with pytest.raises(TemplatesRefused) as refused:
        read_templates(folder)
    for part in (
        "answer.yaml：文件不存在",
        "digest.yaml：须写成",
        "result.yaml：thing1 里没有 {titel} 这个值",
        "result.yaml：date2：须是日期",
        "task.yaml：consent 须是",
        "task.yaml：不认识 colour",
        "task.yaml：page 须是",
        "deadline.yaml：enum1 的值须列在 choices 里",
        "deadline.yaml：thing2 的大括号里只写名字",
    ):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("template_id", 5),
        ("template_id", "x" * 65),
        ("page", ""),
        ("page", "pages/{nobody}"),
        ("page", "pages/{"),
        ("fields", {}),
        ("fields", ["thing1"]),
        ("fields", {"thing1": 5}),
        ("fields", {"thing1": "{title"}),
        ("fields", {"thing1": "{title.real}"}),
        ("fields", {"nothing1": "{title}"}),
        ("choices", ["a"]),
        ("choices", {"enum1": "a"}),
    ],
)
def test_one_wrong_value(tmp_path: Path, key: str, value: object) -> None:
    folder = write_templates(tmp_path / "templates")
    rewritten(folder, "result", lambda content: content.update({key: value}))
    with pytest.raises(TemplatesRefused, match=r"result\.yaml："):
        read_templates(folder)


def test_an_id_twice_is_wrong(tmp_path: Path) -> None:
    folder = write_templates(tmp_path / "templates")
    rewritten(folder, "result", lambda content: content.update(template_id="tpl-task"))
    with pytest.raises(TemplatesRefused, match="tpl-task 用了不止一次"):
        read_templates(folder)


def test_administrators_see_templates_and_try_them(post_office: PostOffice, as_: As) -> None:
    admin = as_("admin")
    found = {each["name"]: each for each in admin.get("/notices/templates").json["data"]}
    assert found["result"]["template_id"] == "tpl-result"
    assert "returned" in found["result"]["kinds"]
    made = admin.post("/notices/templates/result/preview", {"values": {"title": "长" * 30, "at": "早上"}}).json
    assert made["data"]["thing1"] == "长" * 19 + "…"
    assert made["refused"].keys() == {"time4"}
    assert admin.post("/notices/templates/other/preview", {}).status_code == 404
    assert admin.post("/notices/templates/result/preview", {"values": {"colour": "red"}}).status_code == 422
    assert as_("leader").get("/notices/templates").status_code == 403
