"""How every screen and act of the office is shown, read and ended."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, render_template, request
from marshmallow import Schema
from werkzeug.wrappers import Response

from villagepub.core.errors import Invalid, Problem
from villagepub.core.fields import PageQuery
from villagepub.core.paging import PageRequest
from villagepub.office.inputs import read
from villagepub.office.screens import Act, Crumb, Screen
from villagepub.office.sections import HOME, SECTIONS
from villagepub.web.forms import Form
from villagepub.web.pages import again

blueprint = Blueprint("office_pages", "villagepub.office", template_folder="templates")

Answer = Response | str | tuple[str, int]
BOTH = ("GET", "POST")
TO_BE_MENDED = (409, 410, 412, 413, 422)
"""Refusals after which the person sees the form again; any other one is a page of its own."""


def crumbs(section: str, *more: Crumb) -> list[Crumb]:
    """From the office to a section and on; the last one is where the person is."""
    way: list[Crumb] = [("管理", HOME), (SECTIONS[section].text, section), *more]
    return [*way[:-1], (way[-1][0], None)]


def show(screen: Screen) -> Answer:
    """The screen; where a filter was wrong, with what is wrong at it."""
    problem: Invalid | None = g.pop("wrong_filters", None)
    form = Form(screen.values, problem=problem, shown={each.name: each.label for each in screen.filters})
    page = render_template("office/screen.html", screen=screen, form=form)
    return (page, problem.status) if problem else page


def perform(act: Act, schema: Schema, do: Callable[[dict[str, Any]], Answer]) -> Answer:
    """Show the form of an act, or do what the one sent says. do: gets the form after the schema."""
    if request.method != "POST":
        return render_template("office/act.html", act=act, form=Form(act.values))
    try:
        return do(read(schema, dict(request.form.lists())))
    except Problem as problem:
        if problem.status not in TO_BE_MENDED:
            raise
        return again("office/act.html", problem, act=act, form=Form.sent(problem, act.labels))


def query(schema: Schema) -> dict[str, Any]:
    """What the address says, after a schema. Raises Invalid."""
    return read(schema, dict(request.args.lists()))


def filters_asked(schema: Schema) -> dict[str, Any]:
    """The same of a list: what is wrong narrows nothing, and ``show`` says so."""
    try:
        return query(schema)
    except Invalid as problem:
        g.wrong_filters = problem
        given = {name: values for name, values in request.args.lists() if name not in problem.errors}
        return read(schema, given)


def page_asked() -> PageRequest:
    """Which part of a list without filters."""
    return PageRequest(**query(PageQuery()))


def values_asked() -> dict[str, str]:
    """What the fields of the list's own form hold."""
    return {name: value for name, value in request.args.items() if name not in ("cursor", "limit")}
