"""Posts and people, and what `*` stands for in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from villagepub.accounts import policy
from villagepub.core.permissions import Role
from villagepub.divisions.levels import Level
from villagepub.setup.content import DivisionRow, OfficeRow, PersonRow, PostRow
from villagepub.setup.sources import Section

WILDCARD = "*"
_LONGEST = 60
_SHORTEST_USERNAME = 3


@dataclass(frozen=True)
class Stand:
    """What `*` becomes: the key in key, username and password, the name in name."""

    key: str
    name: str


@dataclass(frozen=True)
class Surroundings:
    """What posts refer to. is_whole: whether all of it could be read, so that what is missing is a fault."""

    township: str
    offices: Mapping[str, OfficeRow]
    villages: Mapping[str, DivisionRow]
    is_whole: bool

    def stands(self, kind: str) -> list[Stand]:
        """For ``office`` or ``village``, everything that `*` stands for."""
        if kind == "office":
            return [Stand(office.key, office.name) for office in self.offices.values()]
        return [Stand(village.code, village.name) for village in self.villages.values()]


@dataclass(frozen=True)
class PostPattern:
    """A line of ``posts``. kind: which wildcard it has. posts: None when the line was refused."""

    key: str
    kind: str | None
    posts: tuple[PostRow, ...] | None


@dataclass
class Staff:
    """The posts and people read so far. holders: post key → user name."""

    patterns: dict[str, PostPattern] = field(default_factory=dict)
    posts: dict[str, PostRow] = field(default_factory=dict)
    people: dict[str, PersonRow] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether every line of posts could be read."""
        return all(pattern.posts is not None for pattern in self.patterns.values())


def read_staff(top: Section, around: Surroundings, *, demo: bool) -> tuple[list[PostRow], list[PersonRow]]:
    staff = Staff()
    for section in top.sections("posts"):
        _add_post(staff, section, around)
    for section in top.sections("people"):
        _add_person(staff, section, around, demo=demo)
    return list(staff.posts.values()), list(staff.people.values())


# --- posts ----------------------------------------------------------------------------------------


def _add_post(staff: Staff, section: Section, around: Surroundings) -> None:
    pattern = _pattern(section, around)
    if pattern.key in staff.patterns:
        section.refuse("key", f"岗位编号“{pattern.key}”已在前面用过，请改用别的。")
        return
    staff.patterns[pattern.key] = pattern
    for post in pattern.posts or ():
        if post.key in staff.posts:
            section.refuse("key", f"岗位编号“{post.key}”已在前面用过，请改用别的。")
            return
        staff.posts[post.key] = post


def _pattern(section: Section, around: Surroundings) -> PostPattern:
    key, role, title = section.text("key"), section.choice("role", Role), section.text("title")
    office, village = section.text("office", required=False), section.text("village", required=False)
    section.finish()
    kind = "office" if office == WILDCARD else "village" if village == WILDCARD else None
    faults = _fault_of_wildcard(key, office, village) or _fault_of_place(role, office, village)
    faults = faults or _fault_of_reference(office, village, around)
    if faults:
        section.refuse(*faults)
    if faults or not key or role is None:
        return PostPattern(key, kind, None)
    shown = PostRow(key, role, title, village or around.township, office or None)
    if kind is None:
        return PostPattern(key, None, (_keyed_office(shown, around),))
    posts = [_written_out(shown, kind, stand) for stand in around.stands(kind)]
    if too_long := next((post.key for post in posts if len(post.key) > _LONGEST), None):
        section.refuse("key", f"展开后的“{too_long}”超过 {_LONGEST} 个字，请改短。")
    return PostPattern(key, kind, tuple(posts))


Fault = tuple[str, str]


def _fault_of_wildcard(key: str, office: str, village: str) -> Fault | None:
    kinds = [name for name, value in (("office", office), ("village", village)) if value == WILDCARD]
    if len(kinds) > 1:
        return "village", "office 和 village 不能同时是 *，请改为两个岗位。"
    if kinds and key and WILDCARD not in key:
        return "key", f"{kinds[0]} 是 *，岗位编号也须含 *，如 {kinds[0]}-*，否则各岗位会同名。"
    if not kinds and WILDCARD in key:
        return "key", "编号中有 *，须有 office 或 village 写成 *，请补上或去掉编号中的 *。"
    return None


def _fault_of_place(role: Role | None, office: str, village: str) -> Fault | None:
    if role is None:
        return None
    if village and not policy.may_lie_in(role, Level.VILLAGE):
        return "village", f"{role} 是乡镇的岗位，请删去 village。"
    if not village and not policy.may_lie_in(role, Level.TOWNSHIP):
        return "village", f'{role} 须设在村或社区，请填写 village 的 12 位代码或 "*"。'
    if role is Role.OFFICE_REVIEWER and not office:
        return "office", '站办所负责人须写明站办所，请填写 office 的编号或 "*"。'
    return None


def _fault_of_reference(office: str, village: str, around: Surroundings) -> Fault | None:
    if not around.is_whole:
        return None
    if office not in ("", WILDCARD) and _office(office, around) is None:
        return "office", f"没有“{office}”这个站办所，可用的有：{'、'.join(around.offices)}。"
    if village not in ("", WILDCARD) and village not in around.villages:
        return "village", f"没有 {village} 这个已上线的村或社区，请核对区划代码和上线日期。"
    return None


def _office(named: str, around: Surroundings) -> str | None:
    """The key of an office that is given by key or name."""
    return next((o.key for o in around.offices.values() if named in (o.key, o.name)), None)


def _keyed_office(post: PostRow, around: Surroundings) -> PostRow:
    office = _office(post.office, around) if post.office else None
    return PostRow(post.key, post.role, post.title, post.division, office)


def _written_out(post: PostRow, kind: str, stand: Stand) -> PostRow:
    key = post.key.replace(WILDCARD, stand.key)
    if kind == "office":
        return PostRow(key, post.role, post.title, post.division, stand.key)
    return PostRow(key, post.role, post.title, stand.key, post.office)


# --- people ---------------------------------------------------------------------------------------


def _add_person(staff: Staff, section: Section, around: Surroundings, *, demo: bool) -> None:
    username, name, keys = section.text("username"), section.text("name"), _post_keys(section)
    password = section.text("password", longest=200, required=False)
    if section.has("password") and not demo:
        section.refuse("password", "正式环境的文件中不能写密码，请删去 password；新人员凭一次性邀请码自设密码。")
    section.finish()
    refused = _refuse_unknown(staff, section, around, keys)
    stands = None if refused else _stands_of(staff, section, around, username, keys)
    if stands is None or not (username and name):
        return
    pattern = PersonRow(username, name, tuple(keys), password or None)
    for person in (_as_one(staff, pattern, stand) for stand in stands):
        if fault := _fault_of_person(staff, person):
            section.refuse(*fault)
            return
        staff.people[person.username] = person
        staff.holders |= dict.fromkeys(person.posts, person.username)


def _post_keys(section: Section) -> list[str]:
    return list(dict.fromkeys(key for key in section.texts("posts") if key))


def _refuse_unknown(staff: Staff, section: Section, around: Surroundings, keys: Iterable[str]) -> bool:
    """Refuse posts that do not exist. True when the line cannot be read on."""
    missing = [key for key in keys if key not in staff.patterns and key not in staff.posts]
    certain = staff.is_sound and around.is_whole
    unknown = [key for key in missing if certain or not _may_be_hidden(staff, key)]
    if unknown:
        section.refuse("posts", f"没有“{'、'.join(unknown)}”这样的岗位，请在 posts 中添上或改正编号。")
    broken = [key for key in keys if key in staff.patterns and staff.patterns[key].posts is None]
    return bool(missing or broken)


def _may_be_hidden(staff: Staff, key: str) -> bool:
    """Whether a key could be a post of a line that was refused, or of a wildcard not written out in full."""
    return any(not pattern or fnmatchcase(key, pattern) for pattern in staff.patterns)


def _stands_of(
    staff: Staff, section: Section, around: Surroundings, username: str, keys: Sequence[str]
) -> list[Stand] | None:
    """What `*` stands for in this line; one stand for a line without wildcard, None when it is refused."""
    kinds = {pattern.kind for key in keys if (pattern := staff.patterns.get(key)) and pattern.kind}
    if len(kinds) > 1:
        section.refuse("posts", "同一行不能既有每个站办所的岗位又有每个村的岗位，请分成两行。")
        return None
    if not username:
        return None
    if kinds and WILDCARD not in username:
        section.refuse("username", "担任带 * 的岗位，用户名也须含 *，否则各人会同名。")
        return None
    if not kinds and WILDCARD in username:
        section.refuse("username", "用户名中有 *，但所任岗位都不带 *，请去掉用户名中的 * 或改正岗位。")
        return None
    return around.stands(kinds.pop() or "") if kinds else [Stand(WILDCARD, WILDCARD)]


def _as_one(staff: Staff, pattern: PersonRow, stand: Stand) -> PersonRow:
    posts = [key.replace(WILDCARD, stand.key) if key in staff.patterns else key for key in pattern.posts]
    return PersonRow(
        username=pattern.username.replace(WILDCARD, stand.key),
        name=pattern.name.replace(WILDCARD, stand.name),
        posts=tuple(posts),
        password=pattern.password and pattern.password.replace(WILDCARD, stand.key),
    )


def _fault_of_person(staff: Staff, person: PersonRow) -> Fault | None:
    if not _SHORTEST_USERNAME <= len(person.username) <= _LONGEST or " " in person.username:
        sentence = f"须为 {_SHORTEST_USERNAME} 至 {_LONGEST} 个字符且不含空格，现为“{person.username}”，请改正。"
        return "username", sentence
    if len(person.name) > _LONGEST:
        return "name", f"展开后的“{person.name}”超过 {_LONGEST} 个字，请改短。"
    if person.username in staff.people:
        return "username", f"用户名“{person.username}”已在前面用过，请改用别的。"
    if taken := next((key for key in person.posts if key in staff.holders), None):
        return "posts", f"岗位“{taken}”已由 {staff.holders[taken]} 担任，一个岗位只能有一人，请改正。"
    roles = {staff.posts[key].role for key in person.posts if key in staff.posts}
    if not policy.may_be_held_together(roles):
        return "posts", "审计管理员不能兼任其他岗位，请把岗位分给不同的人。"
    return None
