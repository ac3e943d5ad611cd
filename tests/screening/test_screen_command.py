"""``flask --app wsgi screen``: what a township runs to try its own texts."""

import json
from pathlib import Path

from flask import Flask

LINE = json.dumps({"id": "甲", "text": "马某，身份证号640104199003071236"}, ensure_ascii=False)


def test_lines_on_standard_input_give_lines(served: Flask) -> None:
    done = served.test_cli_runner().invoke(args=["screen", "-"], input=LINE + "\n")
    assert done.exit_code == 0
    [found] = json.loads(done.stdout)["findings"]
    assert (found["kind"], found["severity"]) == ("id_card", "block")
    assert json.loads(LINE)["text"][found["start"] : found["end"]] == "640104199003071236"


def test_a_file_is_one_line_under_its_name(served: Flask, tmp_path: Path) -> None:
    file = tmp_path / "公示.txt"
    file.write_text("联系人手机13812345678", encoding="utf-8")
    done = served.test_cli_runner().invoke(args=["screen", str(file)])
    assert json.loads(done.stdout)["id"] == str(file)
    assert [found["kind"] for found in json.loads(done.stdout)["findings"]] == ["mobile"]


def test_what_cannot_be_read_is_never_clean(served: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xff\xfe\x00")
    for arguments, text in ((["screen", str(file)], None), (["screen", "-"], "坏行\n")):
        done = served.test_cli_runner().invoke(args=arguments, input=text)
        assert done.exit_code == 2
        assert not done.stdout
