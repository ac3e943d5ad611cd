"""villagepub: 村务公开. A village uploads, three people approve, the public reads, the figures follow."""

from flask import Flask

from config.base import Settings, read_settings
from villagepub import blueprints
from villagepub.cli import register_commands
from villagepub.core.storage import open_storage
from villagepub.extensions import api, db, migrate
from villagepub.notices import templates
from villagepub.web import compression, conditional, flask_config, frame, logs, pages, problems
from villagepub.wechat.client import open_client


def create_app(settings: Settings | None = None) -> Flask:
    """The application, from the given settings or from the environment.

    Raises SettingsRefused with the whole list of what is missing or unsafe, TemplatesRefused with that of the
    messages' templates where WeChat is on.
    """
    settings = settings or read_settings()
    logs.configure(settings)
    if settings.wechat.is_on:
        templates.read_templates(settings.wechat_templates_dir)
    app = Flask(__name__, template_folder="layout/templates", static_folder="layout/static")
    app.request_class = frame.Received
    flask_config.apply(app, settings)
    app.extensions["storage"] = open_storage(settings.storage_place)
    app.extensions["wechat"] = open_client(settings)
    db.init_app(app)
    migrate.init_app(app, db)
    api.init_app(app)
    with app.app_context():
        db.prepare()
    compression.init_app(app)
    frame.init_app(app)
    conditional.init_app(app)
    problems.init_app(app)
    pages.init_app(app)
    blueprints.register(app)
    register_commands(app)
    return app
