"""Which role may do what: one literal table, and the one way to ask it."""

from enum import StrEnum

from villagepub.core import tenancy
from villagepub.core.actor import Actor, Holding
from villagepub.core.errors import Forbidden, Invalid, NotFound


class Role(StrEnum):
    UPLOADER = "uploader"  # 村务公开专人
    SECRECY_OFFICER = "secrecy_officer"  # 保密专干
    OFFICE_REVIEWER = "office_reviewer"  # 业务主管站办所
    LEADER = "leader"  # 主要领导
    ADMINISTRATOR = "administrator"  # 信息公开工作人员
    AUDITOR = "auditor"  # 审计管理员
    OBSERVER = "observer"  # 只看统计


class Permission(StrEnum):
    READ_DISCLOSURES = "disclosures:read"
    WRITE_DISCLOSURES = "disclosures:write"
    REVIEW = "review:decide"
    WITHDRAW = "publishing:withdraw"
    SUSPEND = "publishing:suspend"
    RELEASE = "publishing:release"
    IMPORT_DISCLOSURES = "disclosures:import"
    READ_STATISTICS = "statistics:read"
    EXPORT = "statistics:export"
    CLOSE_MONTHS = "statistics:close"
    MANAGE_PEOPLE = "people:manage"
    READ_PEOPLE = "people:read"
    MANAGE_CATALOGUE = "catalogue:manage"
    READ_DUTIES = "duties:read"
    EXCUSE_DUTIES = "duties:excuse"
    KEEP_LEDGERS = "ledgers:keep"
    READ_LEDGERS = "ledgers:read"
    KEEP_APPLICATIONS = "applications:keep"
    READ_APPLICATIONS = "applications:read"
    READ_APPLICANTS = "applicants:read"
    READ_REPORTS = "reports:read"
    WRITE_BULLETINS = "bulletins:write"
    WRITE_REPORTS = "reports:write"
    READ_AUDIT = "audit:read"
    HAND_OVER = "posts:hand_over"
    MANAGE_JOBS = "jobs:manage"
    READ_FINDINGS = "screening:read"
    OVERRULE_FINDINGS = "screening:overrule"
    MANAGE_SCREENING = "screening:manage"
    READ_INCIDENTS = "incidents:read"
    HANDLE_INCIDENTS = "incidents:handle"
    READ_CALENDARS = "calendars:read"
    IMPORT_CALENDARS = "calendars:import"
    MANAGE_WEBHOOKS = "webhooks:manage"
    MANAGE_NOTICES = "notices:manage"
    KEEP_RESIDENTS = "residents:keep"
    READ_EXPORTS = "exports:read"
    REMOVE_EXPORTS = "exports:remove"
    READ_FEEDBACK = "feedback:read"
    HANDLE_FEEDBACK = "feedback:handle"
    READ_ASKERS = "askers:read"
    BLOCK_ASKERS = "askers:block"


_DESK = frozenset({Role.SECRECY_OFFICER, Role.OFFICE_REVIEWER, Role.LEADER})
_TOWNSHIP = _DESK | {Role.ADMINISTRATOR, Role.AUDITOR}
_STAFF = _TOWNSHIP | {Role.UPLOADER}

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.READ_DISCLOSURES: _STAFF,
    Permission.WRITE_DISCLOSURES: frozenset({Role.UPLOADER}),
    Permission.REVIEW: _DESK,
    Permission.WITHDRAW: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Permission.SUSPEND: frozenset({Role.SECRECY_OFFICER, Role.ADMINISTRATOR}),
    Permission.RELEASE: frozenset({Role.LEADER}),
    Permission.IMPORT_DISCLOSURES: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_STATISTICS: _STAFF | {Role.OBSERVER},
    Permission.EXPORT: _TOWNSHIP | {Role.OBSERVER},
    Permission.CLOSE_MONTHS: frozenset({Role.ADMINISTRATOR}),
    Permission.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_PEOPLE: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    Permission.MANAGE_CATALOGUE: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_DUTIES: _STAFF,
    Permission.EXCUSE_DUTIES: frozenset({Role.ADMINISTRATOR}),
    Permission.KEEP_LEDGERS: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_LEDGERS: _TOWNSHIP,
    Permission.KEEP_APPLICATIONS: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_APPLICATIONS: _TOWNSHIP,
    Permission.READ_APPLICANTS: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Permission.READ_REPORTS: _TOWNSHIP,
    Permission.WRITE_BULLETINS: frozenset({Role.ADMINISTRATOR}),
    Permission.WRITE_REPORTS: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_AUDIT: frozenset({Role.AUDITOR}),
    Permission.HAND_OVER: frozenset({Role.ADMINISTRATOR}),
    Permission.MANAGE_JOBS: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_FINDINGS: frozenset({Role.ADMINISTRATOR, Role.SECRECY_OFFICER, Role.LEADER}),
    Permission.OVERRULE_FINDINGS: frozenset({Role.SECRECY_OFFICER}),
    Permission.MANAGE_SCREENING: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_INCIDENTS: _TOWNSHIP - {Role.OFFICE_REVIEWER},
    Permission.HANDLE_INCIDENTS: frozenset({Role.SECRECY_OFFICER}),
    Permission.READ_CALENDARS: _STAFF | {Role.OBSERVER},
    Permission.IMPORT_CALENDARS: frozenset(),  # no post: the operator alone, by the command
    Permission.MANAGE_WEBHOOKS: frozenset({Role.ADMINISTRATOR}),
    Permission.MANAGE_NOTICES: frozenset({Role.ADMINISTRATOR}),
    Permission.KEEP_RESIDENTS: frozenset({Role.UPLOADER, Role.ADMINISTRATOR}),
    Permission.READ_EXPORTS: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    Permission.REMOVE_EXPORTS: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_FEEDBACK: _STAFF,
    Permission.HANDLE_FEEDBACK: frozenset({Role.UPLOADER, Role.SECRECY_OFFICER, Role.ADMINISTRATOR}),
    Permission.READ_ASKERS: frozenset({Role.ADMINISTRATOR}),
    Permission.BLOCK_ASKERS: frozenset({Role.ADMINISTRATOR}),
}


def holdings(actor: Actor, permission: Permission, division: str) -> list[Holding]:
    """The posts by which this person may do this there; one's own come before those of a stand-in."""
    roles = GRANTS[permission]
    able = [h for h in actor.holdings if h.role in roles and division.startswith(h.prefix)]
    return sorted(able, key=lambda holding: holding.stands_in_for is not None)


def allows(actor: Actor, permission: Permission, division: str) -> bool:
    return actor.is_system or bool(holdings(actor, permission, division))


def require(actor: Actor, permission: Permission, division: str) -> None:
    """The first line of an operation.

    division: the 12-digit code of the place it is about.
    Raises NotFound outside the person's divisions (indistinguishable from what does not exist) and
    Forbidden inside them when none of the person's posts allows it.
    """
    if actor.is_system:
        return
    if not tenancy.covers(actor.prefixes, division):
        raise NotFound()
    if not holdings(actor, permission, division):
        raise Forbidden()


def require_somewhere(actor: Actor, permission: Permission) -> tuple[str, ...]:
    """For a list over all places: the prefixes in which the person may do this.

    Raises Forbidden when there is none.
    """
    if actor.is_system:
        return ("",)
    prefixes = tuple({h.prefix for h in actor.holdings if h.role in GRANTS[permission]})
    if not prefixes:
        raise Forbidden()
    return prefixes


def own_township(actor: Actor, permission: Permission) -> str:
    """The one township in which the person may do this, where a request names no division.

    Raises Forbidden when there is none, Invalid when there is more than one.
    """
    prefixes = require_somewhere(actor, permission)
    townships = {holding.township for holding in actor.holdings if holding.prefix in prefixes}
    if len(townships) > 1:
        raise Invalid(errors={"division": ["您管理不止一个乡镇，请写明区划代码。"]})
    return townships.pop()


def scope_of(actor: Actor, permission: Permission, division: str | None) -> tuple[str, ...]:
    """The prefixes to search: those allowed, or the one division asked for.

    division: its code prefix as ``divisions.queries.prefix_of`` gives it, or None for everything allowed.
    Raises NotFound when the division lies outside, Forbidden when the posts do not allow it.
    """
    if division is None:
        return require_somewhere(actor, permission)
    if actor.is_system:
        return (division,)
    if not tenancy.covers(actor.prefixes, division):
        raise NotFound()
    if not tenancy.covers(require_somewhere(actor, permission), division):
        raise Forbidden()
    return (division,)
