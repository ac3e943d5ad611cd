"""``make screenshots``: the three pictures of the README, from the demonstration's data.

Each is one screen, in few colours: a picture of a page needs no more, and stays small.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from config.base import PROJECT
from tests.browser import CHROMIUM, NOT_RUN, Screens, screens_on
from tests.engines import SqliteEngine
from tests.journeys import VILLAGE, content
from tests.processes import Installation, Wire

PICTURES = PROJECT / "docs" / "pictures"
COLOURS = 128
TO_THE_TOP_OF_THE_GRID = """each => {
    const grid = each.closest('.grid'), above = each.getBoundingClientRect().top - grid.getBoundingClientRect().top
    grid.scrollTop = above - grid.querySelector('thead').offsetHeight - each.closest('tbody').rows[0].offsetHeight
}"""
ROWS = (("项目", "金额"), ("上级补助", "12000.00"), ("渠道清淤", "5600.00"), ("路灯维修", "2400.00"))


def main() -> int:
    """Exit code 1 where there is no Chromium."""
    if CHROMIUM is None:
        sys.stderr.write(f"{NOT_RUN}\n")
        return 1
    with TemporaryDirectory() as folder:
        installation = Installation(SqliteEngine(Path(folder)).at("demo"), Path(folder))
        installation.succeeds("db", "upgrade")
        installation.succeeds("demo")
        with installation.server() as port:
            item = _submit(port)
            for screens in screens_on(f"http://127.0.0.1:{port}"):
                _take(screens, item)
    return 0


def _submit(port: int) -> str:
    """One item that waits at the desk, where the demonstration leaves none; its id."""
    uploader = f"uploader-{VILLAGE}"
    signed_in = Wire(port).call("POST", "/auth/login", {"username": uploader, "password": f"demo-{uploader}"})
    wire = Wire(port, signed_in.json["access_token"])
    rows = "".join(f"<tr><td>{name}</td><td>{amount}</td></tr>" for name, amount in ROWS)
    body = f"<p>本月收支如下，单位：元。</p><table><tbody>{rows}</tbody></table><p>抄送：各站办所。</p>"
    new = {"village": VILLAGE, "entry": "C02"} | content(body=body)
    item = wire.call("POST", "/disclosures", new).json
    reasons = [{"finding": each["id"], "reason": "只是落款，可以公开"} for each in item["findings"]]
    sent = wire.call("POST", f"/disclosures/{item['id']}/submit", {"acknowledge": reasons})
    assert sent.status == 200, sent.data
    return str(item["id"])


def _take(screens: Screens, item: str) -> None:
    village = screens.window("phone").open(f"/d/{VILLAGE}")
    _keep(village, "village")
    reviewer = screens.window("desk")
    reviewer.sign_in("secrecy")
    _keep(reviewer.open(f"/desk/{item}"), "desk")
    office = screens.window("desk")
    office.sign_in("admin")
    page = office.open("/console?month=2023-12")
    page.get_by_role("heading", name="2023年12月到期的公开事项").evaluate("each => each.scrollIntoView()")
    page.get_by_role("rowheader", name="C01").evaluate(TO_THE_TOP_OF_THE_GRID)
    _keep(page, "console")


def _keep(page: Page, name: str) -> None:
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
