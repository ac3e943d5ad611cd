"""Standing in and handing over, for browsers: who acts while somebody is away, and what passes on with a post."""

from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from villagepub.accounts import operations as account_operations
from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Delegation, Person, Post
from villagepub.core import clock, transactions
from villagepub.core.actor import Actor
from villagepub.core.errors import Conflict, Invalid
from villagepub.core.permissions import Permission, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.layout.wording import day
from villagepub.review import desk, schemas
from villagepub.web.forms import Form, read_form, read_query
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

blueprint = Blueprint("posts_pages", __name__, template_folder="templates")

Answer = Response | str | tuple[str, int]
OF_DELEGATION = {"post": "岗位", "to_person": "代办人", "first": "从哪一天起", "until": "到哪一天止"}
OF_HANDOVER = {"post": "岗位", "to_person": "接任人", "on": "交接日期"}


@blueprint.get("/desk/delegations")
def delegations() -> Answer:
    return _delegations_page(Form())


@blueprint.post("/desk/delegations")
def delegate() -> Answer:
    actor = current_actor()
    try:
        body = read_form(schemas.DelegationForm())
        post = accounts.get_post(body["post"], actor.prefixes)
        person = accounts.get_person(body["to_person"], (divisions.get_division(post.township).prefix,))
        from_at, until_at = _begin(body["first"]), clock.start_of(body["until"] + timedelta(days=1))
        account_operations.delegate(post, person, actor=actor, from_at=from_at, until_at=until_at)
    except (Invalid, Conflict) as problem:
        form = Form.sent(problem, OF_DELEGATION)
        transactions.rollback()
        return _delegations_page(form), problem.status
    until = day(body["until"])
    return done(f"已请{person.name}代办“{post.title}”，到{until}为止。", url_for("posts_pages.delegations"))


@blueprint.post("/desk/delegations/<string:delegation_id>/end")
def end_delegation(delegation_id: str) -> Answer:
    actor = current_actor()
    delegation = accounts.get_delegation(delegation_id, actor.prefixes)
    title = delegation.post.title
    account_operations.end_delegation(delegation, actor=actor)
    return done(f"“{title}”的代办已结束。", url_for("posts_pages.delegations"))


def _begin(first: date | None) -> datetime:
    """The start of a day, or this moment when it has begun."""
    return clock.now() if first is None or first == clock.today() else clock.start_of(first)


def _delegations_page(form: Form) -> str:
    actor = current_actor()
    own = [holding for holding in actor.holdings if holding.stands_in_for is None]
    found = accounts.list_delegations(actor, not_before=clock.now())
    names = accounts.names_of(person for each in found for person in (each.for_person_id, each.to_person_id))
    return render_template(
        "review/delegations.html",
        form=form,
        posts=[(holding.post_id, holding.title) for holding in own],
        people=[(each.id, each.name) for each in _colleagues(actor)],
        given=[each for each in found if each.to_person_id != actor.person_id],
        taken=[each for each in found if each.to_person_id == actor.person_id],
        names=names,
        last_day=_last_day,
        now=clock.now(),
    )


def _colleagues(actor: Actor) -> list[Person]:
    """Whom the actor may ask: people of the township's own posts, and of the own place."""
    places = {place for holding in actor.holdings for place in (holding.division, holding.township)}
    return [each for each in accounts.list_active(places) if each.id != actor.person_id]


def _last_day(delegation: Delegation) -> date:
    """The day on which it ends; at midnight, the day before."""
    return clock.local(delegation.until_at - timedelta(microseconds=1)).date()


@blueprint.get("/console/handovers")
def handovers() -> Answer:
    return _handover_page(read_query(schemas.HandoverQuery())["post"], Form({"on": clock.today().isoformat()}))


@blueprint.post("/console/handovers")
def hand_over() -> Answer:
    actor = current_actor()
    body = None
    try:
        body = read_form(schemas.HandoverForm())
        post = accounts.get_post(body["post"], actor.prefixes)
        person = accounts.get_person(body["to_person"], actor.prefixes)
        account_operations.hand_over(post, person, actor=actor, on=body["on"])
    except (Invalid, Conflict) as problem:
        form = Form.sent(problem, OF_HANDOVER)
        transactions.rollback()
        return _handover_page(form["post"] or None, form), problem.status
    passing = desk.passing_over(post)
    told = f"“{post.title}”自{day(body['on'])}起由{person.name}担任，随岗位移交"
    told += f"草稿和退回件 {len(passing.drafts)} 件、待办 {len(passing.waiting)} 件。"
    return done(told, url_for("posts_pages.handovers"))


def _handover_page(post_id: str | None, form: Form) -> str:
    actor = current_actor()
    prefixes = require_somewhere(actor, Permission.HAND_OVER)
    posts = [post for prefix in prefixes for post in accounts.list_posts_below(prefix)]
    post = _post(post_id, actor) if post_id else None
    return render_template(
        "review/handovers.html",
        form=form,
        posts=[(each.id, _named(each)) for each in posts],
        post=post,
        name=_named(post) if post else "",
        holders="、".join(each.name for each in accounts.holders_of(post, clock.now())) if post else "",
        people=[(each.id, each.name) for prefix in prefixes for each in accounts.list_active_below(prefix)],
        passing=desk.passing_over(post) if post else None,
    )


def _post(post_id: str, actor: Actor) -> Post:
    post = accounts.get_post(post_id, actor.prefixes)
    require(actor, Permission.HAND_OVER, post.division)
    return post


def _named(post: Post) -> str:
    """Many posts are called alike: an office's and a village's say whose they are."""
    place = post.office.name if post.office else divisions.get_division(post.division).name
    return f"{place} · {post.title}"
