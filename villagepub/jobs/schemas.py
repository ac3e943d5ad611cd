"""Shapes of jobs."""

from marshmallow import fields

from villagepub.core.fields import Moment, PageQuery, Shape, one_of
from villagepub.jobs.models import State


class JobQuery(PageQuery):
    state = fields.String(load_default=None, validate=one_of(State))
    kind = fields.String(load_default=None, metadata={"description": "任务种类，例如 statistics.close_month"})


class JobSchema(Shape):
    id = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"enum": [state.value for state in State]})
    progress = fields.Integer(metadata={"description": "已完成多少"})
    total = fields.Integer(allow_none=True, metadata={"description": "共多少；还不知道时为 null"})
    result = fields.Dict(allow_none=True)
    error = fields.String(allow_none=True, metadata={"description": "未成功的原因，可以直接展示"})
    created_at = Moment()
    finished_at = Moment(allow_none=True)
