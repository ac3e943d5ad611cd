from pathlib import Path

import pytest
from flask import Flask

from tests.notices.post_office import PostOffice
from tests.wechat.platform import Platform


@pytest.fixture
def post_office(app: Flask, platform: Platform, tmp_path: Path) -> PostOffice:
    return PostOffice(app, platform, tmp_path / "wechat_templates")
