"""Lines of JSON in, lines of JSON out; what cannot be read is never called clean."""

import json

import pytest

from villagepub.screening.command import screen_file, screen_lines
from villagepub.screening.rules import Rules


def test_a_line_for_each_line(rules: Rules) -> None:
    lines = ['{"id": 7, "text": "手机13812345678"}\n', "\n", '{"id": "b", "text": "<p>138<b>1234</b>5678</p>"}']
    answers = [json.loads(line) for line in screen_lines(lines, rules)]
    assert answers[0] == {"id": 7, "findings": [{"kind": "mobile", "severity": "block", "start": 2, "end": 13}]}
    assert answers[1]["findings"][0]["start"] == 3


def test_a_file_is_named(rules: Rules) -> None:
    assert json.loads(screen_file("a.txt", "一切正常", rules)) == {"id": "a.txt", "findings": []}


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"id": 1, "text": 2}', '{"id": 1, "text": "", "html": "是"}']
)
def test_a_bad_line_is_named(line: str, rules: Rules) -> None:
    with pytest.raises(ValueError, match="第 2 行"):
        list(screen_lines(['{"id": 1, "text": ""}', line], rules))
