"""Signing in and out with a browser, taking up an invitation, and one's own account."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from segno import make_qr
from werkzeug.wrappers import Response

from villagepub.accounts import browsers, queries, schemas, second_factor, sessions
from villagepub.accounts.models import Person
from villagepub.core.errors import NotFound, NotSignedIn, Problem, TotpRequired
from villagepub.web import page_sessions
from villagepub.web.forms import Form, read_form
from villagepub.web.guards import current_actor, current_sign_in
from villagepub.web.navigation import first_place_of
from villagepub.web.pages import again, done, own_address

signing_in = Blueprint("sign_in_pages", __name__, template_folder="templates")
blueprint = Blueprint("account_pages", __name__, template_folder="templates")

HOME, DEVICES, TOTP = "/account", "/account/devices", "/account/totp"
LABELS = {
    "username": "用户名",
    "password": "密码",
    "totp": "动态口令",
    "code": "邀请码",
    "old": "原密码",
    "new": "新密码",
    "new_again": "再输一次新密码",
}
Answer = Response | str | tuple[str, int]


def _address() -> str:
    return request.remote_addr or "unknown"


def _next() -> str:
    """Where the person was going, as far as it is on this site; blank for nowhere in particular."""
    address = own_address(request.values.get("next"), "")
    return "" if address.startswith("/sign-in") else address


def _let_in(person: Person) -> str:
    """Begin somebody's session; where the own work begins."""
    page_sessions.begin(browsers.begin(person.id, _address()))
    return first_place_of(queries.actor_of(person))


@signing_in.get("/sign-in")
def sign_in() -> Answer:
    half_in = request.args.get("step") == "code" and page_sessions.who_is_half_in() is not None
    return render_template("accounts/sign_in.html", form=Form(), next=_next(), half_in=half_in)


@signing_in.post("/sign-in")
def send_sign_in() -> Answer:
    """By the password, and where there is a second factor, by its code at the same time or in a second step."""
    half_in = None if "username" in request.form else page_sessions.who_is_half_in()
    try:
        person = _by_code(half_in) if half_in else _by_password()
    except Problem as problem:
        form = Form.sent(problem, LABELS)
        return again("accounts/sign_in.html", problem, form=form, next=_next(), half_in=bool(half_in))
    if person is None:
        return redirect(url_for("sign_in_pages.sign_in", step="code", next=_next() or None), 303)
    begins_at = _let_in(person)
    return redirect(_next() or begins_at, 303)


def _by_password() -> Person | None:
    """Who signed in; None when the password was right and the code is still to come."""
    body = read_form(schemas.SignInForm())
    person = sessions.prove_password(body["username"], body["password"], address=_address())
    try:
        sessions.prove_second_factor(person, body["totp"], address=_address())
    except TotpRequired:
        page_sessions.begin_second_step(person.id)
        return None
    return person


def _by_code(person_id: str) -> Person:
    person = queries.find_active_person(person_id)
    if person is None:
        raise NotSignedIn("请重新登录。")
    code = read_form(schemas.TotpForm())["totp"]
    sessions.prove_second_factor(person, code, address=_address())
    return person


@signing_in.get("/invitation")
def invitation() -> Answer:
    return render_template("accounts/invitation.html", form=Form(), asks_code=False)


@signing_in.post("/invitation")
def accept_invitation() -> Answer:
    try:
        body = read_form(schemas.InvitationAcceptBody())
        person = sessions.take_up_invitation(body["code"], body["password"], address=_address(), totp=body["totp"])
    except Problem as problem:
        asks_code = isinstance(problem, TotpRequired) or "totp" in request.form
        form = Form.sent(problem, LABELS | {"password": "新密码"})
        return again("accounts/invitation.html", problem, form=form, asks_code=asks_code)
    return done("密码已设好，您已登录。", _let_in(person))


@signing_in.post("/sign-out")
def sign_out() -> Answer:
    if token := page_sessions.find_token():
        browsers.sign_out(token)
    page_sessions.end()
    return done("您已退出。", "/sign-in")


@blueprint.get(HOME)
def account() -> Answer:
    actor = current_actor()
    has_totp = second_factor.is_on(str(actor.person_id))
    return render_template("accounts/account.html", person=actor, has_totp=has_totp)


@blueprint.get("/account/alive")
def alive() -> Answer:
    """For the script of a page in which somebody writes: the guard has put off the idle log-out."""
    return Response(status=204)


@blueprint.get("/account/password")
def password() -> Answer:
    return render_template("accounts/password.html", form=Form())


@blueprint.post("/account/password")
def change_password() -> Answer:
    try:
        body = read_form(schemas.PasswordForm())
        sessions.change_password(
            current_actor(), body["old"], body["new"], sign_in_id=current_sign_in(), address=_address()
        )
    except Problem as problem:
        return again("accounts/password.html", problem, form=Form.sent(problem, LABELS))
    return done("密码已修改，您在别处的登录已全部退出。", HOME)


@blueprint.get(DEVICES)
def devices() -> Answer:
    sign_ins = queries.list_sign_ins(str(current_actor().person_id))
    return render_template("accounts/devices.html", sign_ins=sign_ins, this=current_sign_in())


@blueprint.post("/account/devices/<string:sign_in_id>/end")
def end_device(sign_in_id: str) -> Answer:
    if sign_in_id == current_sign_in():
        raise NotFound("本机的登录请用“退出”结束。")
    sessions.end_one(current_actor(), sign_in_id)
    return done("那台设备上的登录已结束。", DEVICES)


@blueprint.post("/account/devices/end-others")
def end_other_devices() -> Answer:
    sessions.end_others(current_actor(), but=current_sign_in())
    return done("除本机以外的登录都已结束。", DEVICES)


@blueprint.get(TOTP)
def totp() -> Answer:
    return _totp_page(Form())


@blueprint.post(TOTP)
def begin_totp() -> Answer:
    second_factor.begin(actor=current_actor())
    return redirect(TOTP, 303)


@blueprint.post("/account/totp/confirm")
def confirm_totp() -> Answer:
    return _with_codes(second_factor.confirm, "动态口令已启用")


@blueprint.post("/account/totp/recovery-codes")
def renew_recovery_codes() -> Answer:
    return _with_codes(second_factor.renew_recovery_codes, "恢复码已换新")


@blueprint.post("/account/totp/turn-off")
def turn_off_totp() -> Answer:
    try:
        code = read_form(schemas.TotpForm())["totp"]
        second_factor.turn_off(code, actor=current_actor(), address=_address())
    except Problem as problem:
        return _totp_again(problem)
    return done("动态口令已停用。", HOME)


def _with_codes(act: second_factor.GivesCodes, title: str) -> Answer:
    """The one page that shows recovery codes: it is kept nowhere and cannot be asked for again."""
    try:
        codes = act(read_form(schemas.TotpForm())["totp"], actor=current_actor(), address=_address())
    except Problem as problem:
        return _totp_again(problem)
    g.answers_with_a_secret = True
    return render_template("accounts/recovery_codes.html", title=title, codes=codes)


def _totp_again(problem: Problem) -> Answer:
    g.keeps_changes = problem.keeps_changes
    return _totp_page(Form.sent(problem, LABELS)), problem.status


def _totp_page(form: Form) -> str:
    actor = current_actor()
    person_id = str(actor.person_id)
    key = second_factor.find_pending_key(actor)
    picture = make_qr(second_factor.address_of(key, actor)).svg_data_uri(scale=5, border=3) if key else None
    return render_template(
        "accounts/totp.html",
        form=form,
        is_on=second_factor.is_on(person_id),
        is_demanded=second_factor.is_demanded(actor),
        codes_left=second_factor.count_recovery_codes(person_id),
        key=key,
        picture=picture,
    )
