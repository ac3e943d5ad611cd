"""What a sound file asks for and the database cannot give: found before anything is written."""

from collections.abc import Iterator

from villagepub.accounts import queries
from villagepub.channels import queries as channels
from villagepub.channels.routing import fault_of_change
from villagepub.core import clock
from villagepub.ledgers import queries as ledgers
from villagepub.setup.content import TownshipFile


def clashes_with_database(content: TownshipFile) -> list[str]:
    """A sentence, with its remedy, for each clash."""
    return [*_taken_usernames(content), *_changed_posts(content), *_taken_names(content), *_routed_before(content)]


def _taken_usernames(content: TownshipFile) -> Iterator[str]:
    for row in content.people:
        person = queries.find_person_by_username(row.username)
        if person is not None and queries.find_township_of(person) != content.township.code:
            yield f"people 的用户名“{row.username}”：已被另一乡镇的人员使用，请换一个。"


def _changed_posts(content: TownshipFile) -> Iterator[str]:
    for row in content.posts:
        post = queries.find_post(content.township.code, row.key)
        if post is None:
            continue
        office = post.office.key if post.office else None
        if (post.role, post.division, office) != (row.role, row.division, row.office_reviewed):
            yield f"posts 的岗位“{row.key}”：库中已有，角色、站办所和所在的村不能改变，请另设一个岗位编号。"


def _taken_names(content: TownshipFile) -> Iterator[str]:
    """An office or channel under a new key that would bear the name of an older one."""
    township = content.township.code
    stored = {("offices", office.name): office.key for office in queries.list_offices(township)}
    stored |= {("channels", channel.name): channel.key for channel in ledgers.list_channels(township)}
    rows = [("offices", row.name, row.key) for row in content.offices]
    rows += [("channels", row.name, row.key) for row in content.channels]
    for part, name, key in rows:
        earlier = stored.get((part, name), key)
        if earlier != key:
            yield f"{part} 的名称“{name}”：库中已由编号 {earlier} 使用，请沿用那个编号，或先给它改名再装载。"


def _routed_before(content: TownshipFile) -> Iterator[str]:
    if content.routing is not None:
        latest = channels.find_latest_table(content.township.code)
        if fault := fault_of_change(latest, content.routing, clock.today()):
            yield f"routing 的 valid_from：{fault}"
