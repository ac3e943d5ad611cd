"""Signing in and out with a browser, taking up an invitation, and one's own account."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from villagepub.accounts import browsers, schemas, sessions
from villagepub.core.errors import Problem
from villagepub.web import page_sessions
from villagepub.web.forms import Form, read_form
from villagepub.web.guards import current_actor
from villagepub.web.pages import again, done, own_address

signing_in = Blueprint("sign_in_pages", __name__, template_folder="templates")
blueprint = Blueprint("account_pages", __name__, template_folder="templates")

HOME = "/account"
LABELS = {"username": "用户名", "password": "密码", "code": "邀请码"}
Answer = Response | str | tuple[str, int]


def _address() -> str:
    return request.remote_addr or "unknown"


def _next() -> str:
    return own_address(request.values.get("next"), HOME)


@signing_in.get("/sign-in")
def sign_in() -> Answer:
    """The form; somebody who is signed in already goes on."""
    return render_template("accounts/sign_in.html", form=Form(), next=_next())


@signing_in.post("/sign-in")
def send_sign_in() -> Answer:
    try:
        body = read_form(schemas.SignInForm())
        person = sessions.prove(body["username"], body["password"], address=_address())
    except Problem as problem:
        form = Form.sent(problem, LABELS)
        return again("accounts/sign_in.html", problem, form=form, next=_next())
    page_sessions.begin(browsers.begin(person, _address()))
    return redirect(_next(), 303)


@signing_in.get("/invitation")
def invitation() -> Answer:
    return render_template("accounts/invitation.html", form=Form())


@signing_in.post("/invitation")
def accept_invitation() -> Answer:
    try:
        body = read_form(schemas.InvitationForm())
        person = sessions.take_up_invitation(body["code"], body["password"])
    except Problem as problem:
        form = Form.sent(problem, LABELS)
        return again("accounts/invitation.html", problem, form=form)
    page_sessions.begin(browsers.begin(person, _address()))
    return done("密码已设好，您已登录。", HOME)


@signing_in.post("/sign-out")
def sign_out() -> Answer:
    if token := page_sessions.find_token():
        browsers.sign_out(token)
    page_sessions.end()
    return done("您已退出。", "/sign-in")


@blueprint.get("/account")
def account() -> Answer:
    return render_template("accounts/account.html", person=current_actor())
