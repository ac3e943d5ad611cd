"""The part of a loading that concerns posts, people, and who holds what."""

from villagepub.accounts import loading, queries
from villagepub.core.actor import Actor
from villagepub.setup.content import PersonRow, TownshipFile
from villagepub.setup.report import Kind, LoadReport, NewInvitation, Outcome


def load_posts(content: TownshipFile, report: LoadReport, *, actor: Actor) -> None:
    township = content.township.code
    offices = {office.key: office.id for office in queries.list_offices(township)}
    stored = loading.titles_of_posts(township)
    for row in content.posts:
        changed = loading.put_post(
            actor=actor,
            township=township,
            key=row.key,
            division=row.division,
            role=row.role,
            title=row.title,
            office_id=offices[row.office_reviewed] if row.office_reviewed else None,
        )
        report.note(Kind.POST, f"{row.key} {row.title}", existed=row.key in stored, changed=changed)
    for key in sorted(set(stored) - {row.key for row in content.posts}):
        report.add(Kind.POST, f"{key} {stored[key]}", Outcome.KEPT, "文件中已没有")


def load_people(content: TownshipFile, report: LoadReport, *, actor: Actor) -> None:
    """Create the people, let them in, and put them into the vacant posts that the file gives them."""
    township = content.township.code
    stored = loading.names_of_users(township)
    for row in content.people:
        _load_person(township, row, report, actor)
        for key in row.posts:
            _appoint(township, key, row, report, actor)
        _say_still_held(row, report)
    for username in sorted(set(stored) - {row.username for row in content.people}):
        report.add(Kind.PERSON, f"{username} {stored[username]}", Outcome.KEPT, "文件中已没有")


def _load_person(township: str, row: PersonRow, report: LoadReport, actor: Actor) -> None:
    existed = queries.find_person_by_username(row.username) is not None
    changed = loading.put_person(actor=actor, township=township, username=row.username, name=row.name)
    active = loading.is_active(row.username)
    remark = "" if active else "账号已停用，装载不重新启用"
    if active and _let_in(row, actor):
        changed, remark = True, "已设演示密码"
    report.note(Kind.PERSON, f"{row.username} {row.name}", existed=existed, changed=changed, remark=remark)
    if not existed and not row.password:
        invited = loading.invite(actor=actor, username=row.username)
        expires_at = invited.invitation.expires_at
        report.invitations.append(NewInvitation(row.name, row.username, invited.code, expires_at))


def _let_in(row: PersonRow, actor: Actor) -> bool:
    if row.password is None:
        return False
    return loading.put_demo_password(actor=actor, username=row.username, password=row.password)


def _appoint(township: str, key: str, row: PersonRow, report: LoadReport, actor: Actor) -> None:
    """Into a vacant post at once; out of a post never."""
    seating = loading.put_appointment(actor=actor, township=township, post_key=key, username=row.username)
    subject = f"{key} {row.name}"
    if seating.obstacle:
        report.add(Kind.APPOINTMENT, subject, Outcome.LEFT, seating.obstacle)
    else:
        report.note(Kind.APPOINTMENT, subject, existed=not seating.new, changed=seating.new)


def _say_still_held(row: PersonRow, report: LoadReport) -> None:
    for key in loading.list_posts_held(row.username):
        if key not in row.posts:
            remark = "文件中已没有这项任职，装载不免职，如需更换请办理交接"
            report.add(Kind.APPOINTMENT, f"{key} {row.name}", Outcome.KEPT, remark)
