"""The only objects of module level; each finds its own application."""

from typing import TYPE_CHECKING, cast

from flask import current_app
from flask_migrate import Migrate
from werkzeug.local import LocalProxy

from villagepub.core.connections import Database, ScopedSession
from villagepub.core.db import Base
from villagepub.web.openapi import DescribedApi

if TYPE_CHECKING:
    from config.base import Settings
    from villagepub.core.storage import Storage
    from villagepub.wechat.client import WeChatClient

db = Database(model_class=Base, session_options={"class_": ScopedSession})
migrate = Migrate(render_as_batch=True, compare_type=True)
api = DescribedApi()
settings = cast("Settings", LocalProxy(lambda: current_app.config["SETTINGS"]))
storage = cast("Storage", LocalProxy(lambda: current_app.extensions["storage"]))
wechat = cast("WeChatClient", LocalProxy(lambda: current_app.extensions["wechat"]))
