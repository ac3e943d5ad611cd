"""People, posts, appointments, stand-ins, invitations and sign-ins."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villagepub.core.db import Base, DivisionCode, Identifier, id_column
from villagepub.core.errors import NotFound
from villagepub.core.permissions import Role

_OPEN = "until_at IS NULL"
_BOUND = "ended_at IS NULL"
_ROLES = ", ".join(repr(role.value) for role in Role)


class Office(Base):
    """A 站办所 of a township."""

    __tablename__ = "office"
    __table_args__ = (UniqueConstraint("township", "key"), UniqueConstraint("township", "name"))

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))


class Person(Base):
    """Somebody who acts here.

    division: the place whose administrator looks after the account; None for a resident, who has no post.
    continued_as: whom a resident turned out to be when an invitation was accepted; acts from then on are that one's.
    """

    __tablename__ = "person"

    id: Mapped[str] = id_column()
    division: Mapped[str | None] = mapped_column(DivisionCode, ForeignKey("division.code"), index=True)
    username: Mapped[str | None] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    continued_as: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"), index=True)

    @property
    def place(self) -> str:
        """The division. Raises NotFound for a resident, who is in no administrator's list."""
        if self.division is None:
            raise NotFound()
        return self.division


class WeChatIdentity(Base):
    """A WeChat account that speaks for a person, until ended_at. Ids of the platform are personal data: sealed.

    A person has at most one open, and an account opens at most one person. Ended, nothing of the account is left.
    """

    __tablename__ = "wechat_identity"
    __table_args__ = (
        Index(
            "uq_wechat_identity_person",
            "person_id",
            unique=True,
            sqlite_where=text(_BOUND),
            postgresql_where=text(_BOUND),
        ),
        Index(
            "uq_wechat_identity_openid",
            "openid_digest",
            unique=True,
            sqlite_where=text(_BOUND),
            postgresql_where=text(_BOUND),
        ),
        CheckConstraint("(ended_at IS NULL) = (openid_digest IS NOT NULL)", name="open_one_has_an_openid"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_for_a_reason"),
        CheckConstraint("(openid_digest IS NULL) = (openid_sealed IS NULL)", name="openid_whole"),
    )

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), index=True)
    openid_digest: Mapped[str | None] = mapped_column(String(80))
    openid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    unionid_digest: Mapped[str | None] = mapped_column(String(80))
    unionid_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    person: Mapped[Person] = relationship(lazy="joined")


class Post(Base):
    """A 岗位. division: the place that the post reaches; office: for the head of a 站办所."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("township", "key"),
        CheckConstraint(f"role IN ({_ROLES})", name="role_known"),
        CheckConstraint(f"role != '{Role.OFFICE_REVIEWER}' OR office_id IS NOT NULL", name="reviewer_has_office"),
        Index(None, "division"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    division: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    key: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(60))
    office_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("office.id"))
    office: Mapped[Office | None] = relationship(lazy="joined")


class Appointment(Base):
    """Who holds a post from when; until_at is None while it lasts."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at > from_at", name="ends_after_it_begins"),
        Index(
            "uq_appointment_open",
            "post_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "post_id", "from_at"),
        Index(None, "person_id"),
    )

    id: Mapped[str] = id_column()
    post_id: Mapped[str] = mapped_column(Identifier, ForeignKey("post.id"))
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    post: Mapped[Post] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")


class Delegation(Base):
    """A stand-in: to_person acts for for_person in a post up to a compulsory end, and cannot pass it on."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="ends_after_it_begins"),
        CheckConstraint("to_person_id != for_person_id", name="somebody_else"),
        Index(None, "post_id"),
        Index(None, "to_person_id"),
    )

    id: Mapped[str] = id_column()
    post_id: Mapped[str] = mapped_column(Identifier, ForeignKey("post.id"))
    for_person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    to_person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    post: Mapped[Post] = relationship(lazy="joined")


class Invitation(Base):
    """A code, shown once, by which an invited person sets a password or binds a WeChat account.

    Only its digest is kept. accepted_by: the WeChat person who accepted it, whom the invited person continues.
    """

    __tablename__ = "invitation"

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), index=True)
    code_digest: Mapped[str] = mapped_column(String(80), unique=True)
    posts: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])

    def state_at(self, instant: datetime) -> str:
        """open, used, revoked or expired."""
        if self.used_at or self.revoked_at:
            return "used" if self.used_at else "revoked"
        return "open" if instant < self.expires_at else "expired"


class SignIn(Base):
    """One sign-in on one device: the family of its refresh tokens. ended_at kills its access tokens at once.

    session_digest: of the token in a browser's cookie; such a sign-in has no refresh tokens. seen_at: when it last
    got tokens or sent a form. identity_id: the WeChat account it was made with; None for a password. begun_as: the
    resident who signed in, where an invitation was accepted since and the sign-in goes on as the invited person.
    """

    __tablename__ = "sign_in"

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), index=True)
    address_digest: Mapped[str] = mapped_column(String(80))
    session_digest: Mapped[str | None] = mapped_column(String(80), unique=True)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    identity_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("wechat_identity.id"))
    begun_as: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])

    @property
    def is_of_a_browser(self) -> bool:
        return self.session_digest is not None


class RefreshToken(Base):
    """One link of a family. successor_id: what it was exchanged for; retried: whether the one honest retry is spent."""

    __tablename__ = "refresh_token"

    id: Mapped[str] = id_column()
    sign_in_id: Mapped[str] = mapped_column(Identifier, ForeignKey("sign_in.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(80), unique=True)
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    successor_id: Mapped[str | None] = mapped_column(Identifier)
    retried: Mapped[bool] = mapped_column(default=False)
    revoked: Mapped[bool] = mapped_column(default=False)


class SecondFactor(Base):
    """A person's TOTP key (RFC 6238), sealed. confirmed_at: since when it is asked for; last_step: the newest time
    step whose code was used, so that none is used twice."""

    __tablename__ = "second_factor"

    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), primary_key=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that stands in once for a lost telephone; kept as a keyed digest."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """How often a name was tried in vain from one address lately; kept as digests, not as text.

    The calls of a door that costs a call to the platform are counted here too, under the name of the door.
    """

    __tablename__ = "failed_sign_in"

    name_digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    address_digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
