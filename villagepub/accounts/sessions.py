"""Signing in, staying signed in, signing out.

An access token is short-lived and proves a sign-in; the sign-in and the posts are read from the database at
every request, so that who is signed out, deactivated or relieved of a post is powerless at once. Refresh tokens
are opaque, kept as digests, used once; a second use ends the whole family (RFC 9700 4.14), save for one honest
retry within ten seconds by a client that lost the answer.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from villagepub.accounts import identities, passwords, queries, second_factor, throttle, tokens
from villagepub.accounts.models import Invitation, Person, RefreshToken, SignIn, WeChatIdentity
from villagepub.accounts.operations import appoint_invited
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import (
    InvitationRefused,
    NotFound,
    RefreshTokenRefused,
    RefreshTokenReused,
    TokenRefused,
    TotpNotSetUp,
    TotpRequired,
    WeChatAlreadyBound,
    WeChatSignInNeeded,
    WrongCredentials,
    WrongPassword,
)
from villagepub.extensions import db, settings

RETRY_WINDOW = timedelta(seconds=10)


@dataclass(frozen=True)
class Session:
    """What a successful sign-in answers with."""

    access_token: str
    expires_in: int
    refresh_token: str
    actor: Actor
    token_type: str = "Bearer"  # noqa: S105  the scheme's name


def authenticate(token: str) -> Actor:
    """Who holds this access token, with the posts held at this moment.

    Raises TokenRefused for a bad token, an ended sign-in or a deactivated person.
    """
    claims = tokens.read(token)
    sign_in = db.session.get(SignIn, claims.sign_in_id)
    if sign_in is None or sign_in.ended_at or not sign_in.person.active:
        raise TokenRefused("登录已结束，请重新登录。")
    if claims.person_id not in (sign_in.person_id, sign_in.begun_as):
        raise TokenRefused("登录已结束，请重新登录。")
    return queries.actor_of(sign_in.person)


def sign_in(username: str, password: str, *, address: str, totp: str | None = None) -> Session:
    """Prove who one is and get tokens.

    Raises as the two proofs do, and TotpNotSetUp for somebody who must have a second factor and has none.
    """
    person = prove_password(username, password, address=address)
    prove_second_factor(person, totp, address=address)
    require_set_up(queries.actor_of(person))
    return _begin(person, address)


def prove_password(username: str, password: str, *, address: str) -> Person:
    """The person of a name and password: the first proof.

    Raises WrongCredentials, alike for a wrong password and an unknown name, and TooManyAttempts.
    """
    throttle.require_patience(username, address)
    person = queries.find_person_by_username(username)
    right = passwords.matches(password, person.password_hash if person else None)
    if person is None or not right or not person.active:
        throttle.count_failure(username, address)
        raise WrongCredentials()
    if person.password_hash and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hash_password(password)
    return person


def prove_second_factor(person: Person, code: str | None, *, address: str) -> None:
    """The second proof, for whoever has one; failures before are forgotten.

    Raises TotpRequired when no code was given, WrongTotp for a wrong or used one, and TooManyAttempts.
    """
    if second_factor.is_on(person.id):
        if not code:
            raise TotpRequired()
        second_factor.require_code(person, code, address=address)
    throttle.forgive(person.username or person.id, address)


def accept_invitation(code: str, password: str, *, address: str, totp: str | None = None) -> Session:
    """Set the invited person's password and sign in. Raises as ``take_up_invitation`` does, and TotpNotSetUp."""
    person = take_up_invitation(code, password, address=address, totp=totp)
    require_set_up(queries.actor_of(person))
    return _begin(person, address)


def take_up_invitation(code: str, password: str, *, address: str, totp: str | None = None) -> Person:
    """Set the invited person's password and take up the posts.

    Raises InvitationRefused for a used, old or unknown code, Invalid for a weak password, and as the second proof.
    """
    invitation = _open_invitation(queries.find_invitation_of_code(code), "code")
    person = invitation.person
    passwords.require_acceptable(password, person.username)
    prove_second_factor(person, totp, address=address)
    invitation.used_at = clock.now()
    person.password_hash = passwords.hash_password(password)
    _end_all(person.id, "password_changed")
    appoint_invited(person, invitation)
    _note("account.invitation_accepted", person)
    return person


def sign_in_by_wechat(openid: str, unionid: str | None, *, address: str) -> Session:
    """Sign in whom WeChat vouches for; of an unknown account, a new person without posts."""
    identity = identities.recognise(openid, unionid)
    return _begin(identity.person, address, identity)


def bind_wechat(code: str, *, actor: Actor, token: str, address: str, totp: str | None = None) -> Session:
    """Accept an invitation as the WeChat person who is signed in, who turns out to be the invited one.

    The account moves to the invited person, in place of another one that was bound; the posts are taken up; this
    sign-in goes on as the invited person, and no other does. Asked again by the same person, the same answer.
    token: the access token of the request. Raises WeChatSignInNeeded, WeChatAlreadyBound, InvitationRefused,
    TooManyAttempts, and what the second proof and ``appoint_invited`` do.
    """
    guesser = str(actor.person_id)
    throttle.require_patience(guesser, address)
    family = db.session.get_one(SignIn, tokens.read(token).sign_in_id)
    identity = queries.find_identity(family.person_id)
    if identity is None:
        raise WeChatSignInNeeded()
    invitation = queries.find_invitation_of_code(code)
    if invitation and invitation.used_at and invitation.person_id == family.person_id:
        return _continue(family, None)
    try:
        invitation = _open_invitation(invitation, "invitation")
    except InvitationRefused:
        throttle.count_failure(guesser, address)
        raise
    resident = family.person
    if resident.id != invitation.person_id:
        if resident.division is not None:
            raise WeChatAlreadyBound()
        prove_second_factor(invitation.person, totp, address=address)
        invitation.accepted_by = resident.id
        _become(invitation.person, identity, family)
    invitation.used_at = clock.now()
    appoint_invited(invitation.person, invitation, field="invitation")
    _note("person.wechat_bound", invitation.person)
    return _continue(family, None)


def _become(person: Person, identity: WeChatIdentity, family: SignIn) -> None:
    """Let the resident's account and this sign-in be the person's from now on; the resident is not used again."""
    resident = identity.person
    if replaced := queries.find_identity(person.id):
        identities.end(replaced, "replaced")
        _note("person.wechat_replaced", person)
    family.identity_id = None
    db.session.flush()
    moved = identities.move(identity, person)
    resident.active, resident.continued_as = False, person.id
    _end_all(resident.id, "wechat_moved", but=family.id)
    family.person, family.begun_as, family.identity_id = person, resident.id, moved.id
    db.session.flush()


def _open_invitation(invitation: Invitation | None, field: str) -> Invitation:
    """Raises InvitationRefused on the field for one that is unknown, used, revoked or old."""
    if invitation is None or invitation.state_at(clock.now()) != "open":
        raise InvitationRefused(errors={field: ["邀请码无效、已使用或已过期，请向管理员索取新的邀请码。"]})
    if not invitation.person.active:
        raise InvitationRefused(errors={field: ["该账号已停用，请联系管理员。"]})
    return invitation


def refresh(token: str) -> Session:
    """Exchange a refresh token for new tokens.

    Raises RefreshTokenRefused for an unknown or expired one, RefreshTokenReused (which ends the family) for a
    used one.
    """
    link = db.session.scalar(select(RefreshToken).where(RefreshToken.token_digest == _digest(token)))
    family = _lock(link.sign_in_id) if link else None
    if link is None or family is None or family.ended_at or family.expires_at <= clock.now():
        raise RefreshTokenRefused()
    if not family.person.active:
        raise RefreshTokenRefused()
    if not _use(link):
        _retry_once(link, family)
    return _continue(family, link)


def sign_out(token: str) -> None:
    """End the family that a refresh token belongs to; silent for an unknown token."""
    link = db.session.scalar(select(RefreshToken).where(RefreshToken.token_digest == _digest(token)))
    if link is not None:
        end(db.session.get_one(SignIn, link.sign_in_id), "signed_out")


def change_password(actor: Actor, old: str, new: str, *, sign_in_id: str, address: str) -> None:
    """Set a new password and end the person's other sign-ins.

    sign_in_id: the sign-in of the request, which stays. Raises WrongPassword, and TooManyAttempts: who
    found a phone unlocked must not guess here either.
    """
    person = db.session.get_one(Person, actor.person_id)
    throttle.require_patience(person.username or person.id, address)
    if not passwords.matches(old, person.password_hash):
        throttle.count_failure(person.username or person.id, address)
        raise WrongPassword(errors={"old": ["原密码不正确。"]})
    passwords.require_acceptable(new, person.username, field="new")
    person.password_hash = passwords.hash_password(new)
    _end_all(person.id, "password_changed", but=sign_in_id)
    _note("account.password_changed", person)


def require_set_up(actor: Actor) -> None:
    """Raises TotpNotSetUp for somebody whose posts of this moment demand a second factor, and who has none."""
    if second_factor.is_missing(str(actor.person_id), actor):
        raise TotpNotSetUp()


def _begin(person: Person, address: str, identity: WeChatIdentity | None = None) -> Session:
    now = clock.now()
    family = SignIn(
        person_id=person.id,
        identity_id=identity.id if identity else None,
        address_digest=throttle.digest(address),
        begun_at=now,
        seen_at=now,
        expires_at=now + timedelta(days=settings.refresh_token_days),
    )
    db.session.add(family)
    db.session.flush()
    family.person = person
    return _continue(family, None)


def _continue(family: SignIn, used: RefreshToken | None) -> Session:
    family.seen_at = clock.now()
    secret = secrets.token_urlsafe(32)
    link = RefreshToken(sign_in_id=family.id, token_digest=_digest(secret), issued_at=clock.now())
    db.session.add(link)
    db.session.flush()
    if used is not None:
        used.successor_id = link.id
    return Session(
        access_token=tokens.issue(family.person_id, family.id),
        expires_in=settings.access_token_seconds,
        refresh_token=secret,
        actor=queries.actor_of(family.person),
    )


def _lock(sign_in_id: str) -> SignIn | None:
    """The family, for one exchange at a time: two retries at once must not both be the honest one."""
    query = select(SignIn).where(SignIn.id == sign_in_id).with_for_update(of=SignIn)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _use(link: RefreshToken) -> bool:
    """Whether this call is the one that uses the token: of two at once, one."""
    unused = (RefreshToken.id == link.id) & RefreshToken.used_at.is_(None) & RefreshToken.revoked.is_(False)
    result = db.session.execute(update(RefreshToken).where(unused).values(used_at=clock.now()))
    db.session.refresh(link)
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _retry_once(link: RefreshToken, family: SignIn) -> None:
    """Let a client that lost its answer ask once more; anything else ends the family."""
    successor = db.session.get(RefreshToken, link.successor_id) if link.successor_id else None
    in_time = link.used_at is not None and clock.now() - link.used_at <= RETRY_WINDOW
    honest = in_time and not link.retried and not link.revoked and successor is not None and successor.used_at is None
    if not honest or successor is None:
        end(family, "refresh_token_reused")
        _note("account.refresh_token_reused", family.person)
        raise RefreshTokenReused()
    link.retried = True
    successor.revoked = True


def end_one(actor: Actor, sign_in_id: str) -> None:
    """End one of one's own sign-ins, wherever it is. Raises NotFound for another person's."""
    family = db.session.get(SignIn, sign_in_id)
    if family is None or family.person_id != actor.person_id:
        raise NotFound()
    end(family, "signed_out_elsewhere")


def end_others(actor: Actor, *, but: str) -> None:
    """End all of one's own sign-ins save the one with this id."""
    _end_all(str(actor.person_id), "signed_out_elsewhere", but=but)


def end(family: SignIn, reason: str) -> None:
    if family.ended_at is None:
        family.ended_at, family.end_reason = clock.now(), reason


def _end_all(person_id: str, reason: str, but: str | None = None) -> None:
    for family in db.session.scalars(select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))):
        if family.id != but:
            end(family, reason)


def _note(action: str, person: Person) -> None:
    """A resident belongs to no township: what concerns that account alone joins no chain."""
    township = queries.find_township_of(person)
    if township is None:
        return
    audit.record(
        db.session(),
        action,
        actor=Actor(person.id, person.name),
        subject_type="person",
        subject_id=person.id,
        division=person.place,
        township=township,
    )


def _digest(secret: str) -> str:
    return digest_of_bytes(secret.encode())
