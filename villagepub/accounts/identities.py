"""Which WeChat account speaks for which person: the first time, from now on, no longer."""

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.accounts import queries
from villagepub.accounts.models import Person, SignIn, WeChatIdentity
from villagepub.core import clock
from villagepub.core.ids import new_id
from villagepub.core.sealed import Sealer
from villagepub.extensions import db, settings

RESIDENT = "微信用户"
"""The name of a person of whom nothing is known but a WeChat account."""
_COLUMNS = ("openid_digest", "openid_sealed", "unionid_digest", "unionid_sealed")


def recognise(openid: str, unionid: str | None) -> WeChatIdentity:
    """By which this account speaks for somebody; of an unknown one, a new person without posts.

    Two at once for a new account are told of one person.
    """
    return queries.find_identity_of_openid(openid) or _welcome(openid, unionid)


def bind(openid: str, unionid: str | None, person: Person) -> WeChatIdentity:
    """Let an account that speaks for nobody speak for this person from now on."""
    identity = WeChatIdentity(**_sealed(openid, unionid), person_id=person.id, bound_at=clock.now())
    db.session.add(identity)
    db.session.flush()
    return identity


def move(identity: WeChatIdentity, person: Person) -> WeChatIdentity:
    """Let the account of a resident speak for this person from now on."""
    kept = {name: getattr(identity, name) for name in _COLUMNS}
    end(identity, "moved")
    moved = WeChatIdentity(**kept, person_id=person.id, bound_at=clock.now())
    db.session.add(moved)
    db.session.flush()
    return moved


def end(identity: WeChatIdentity, reason: str) -> None:
    """The account speaks for this person no longer; its sign-ins end with it, and its ids are forgotten."""
    now = clock.now()
    for name in _COLUMNS:
        setattr(identity, name, None)
    identity.ended_at, identity.end_reason = now, reason
    running = (SignIn.identity_id == identity.id) & SignIn.ended_at.is_(None)
    db.session.execute(update(SignIn).where(running).values(ended_at=now, end_reason=f"wechat_{reason}"))
    db.session.flush()


def _welcome(openid: str, unionid: str | None) -> WeChatIdentity:
    person = Person(name=RESIDENT, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    values = _sealed(openid, unionid) | {"id": new_id(), "person_id": person.id, "bound_at": clock.now()}
    db.session.execute(dialect.insert(WeChatIdentity).values(values).on_conflict_do_nothing())
    identity = queries.find_identity_of_openid(openid)
    if identity is None:
        raise RuntimeError("an identity that was just written is not there")
    if identity.person_id != person.id:  # somebody was quicker
        db.session.execute(delete(Person).where(Person.id == person.id))
    return identity


def _sealed(openid: str, unionid: str | None) -> dict[str, str | bytes | None]:
    openids, unionids = Sealer(settings.secret_key, queries.OPENID), Sealer(settings.secret_key, queries.UNIONID)
    return {
        "openid_digest": openids.digest(openid),
        "openid_sealed": openids.seal(openid),
        "unionid_digest": unionids.digest(unionid) if unionid else None,
        "unionid_sealed": unionids.seal(unionid) if unionid else None,
    }
