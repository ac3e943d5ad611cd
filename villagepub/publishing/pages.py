"""What a villager reads in a browser: the same queries as the public interface, as pages that need no script."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from villagepub.core import clock
from villagepub.core.errors import Invalid, NotFound
from villagepub.core.paging import PageRequest
from villagepub.core.periods import EARLIEST_YEAR, LATEST_YEAR
from villagepub.disclosures.richtext import plain_text
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import DIGITS, Level
from villagepub.divisions.models import Division
from villagepub.extensions import settings
from villagepub.publishing import archives, highlighting, queries, schemas, site_map, wording, year_pages
from villagepub.publishing.models import Publication
from villagepub.publishing.public_api import STATES_GONE, make_cacheable
from villagepub.publishing.queries import Filters
from villagepub.web.forms import Form

NEWEST = 10
EVERYWHERE = ("",)
SEARCH_FIELDS = {"q": "关键词", "division": "乡镇或村", "entry": "公开事项", "period": "所属期间"}

blueprint = Blueprint("public_pages", __name__, template_folder="templates")
blueprint.after_request(make_cacheable)


@blueprint.get("/")
def home() -> str:
    """The places that publish here; a single township at once."""
    townships = divisions.list_townships()
    if len(townships) == 1:
        return _township_page(divisions.get_division(townships[0].code))
    return _page("home", None, places=_townships_below(EVERYWHERE), counts=queries.count_by_village(EVERYWHERE))


@blueprint.get("/d/<code>")
def division(code: str) -> str:
    """A village's newest items, a township's villages, or the townships below."""
    place = divisions.get_division(code)
    if place.level in divisions.DISCLOSING:
        return _village_page(place)
    if place.level == Level.TOWNSHIP:
        return _township_page(place)
    prefixes = (place.prefix,)
    return _page("home", place, places=_townships_below(prefixes), counts=queries.count_by_village(prefixes))


@blueprint.get("/d/<code>/archive")
def archive(code: str) -> str:
    """What there is, by month and by catalogue entry."""
    place = divisions.get_division(code)
    prefixes = (place.prefix,)
    return _page(
        "archive",
        place,
        "按月份和事项查阅",
        months=archives.count_by_month(prefixes),
        entries=archives.count_by_entry(prefixes),
    )


@blueprint.get("/d/<code>/items")
def items(code: str) -> str:
    """A place's items, newest first, of a month, an entry or a group where the address says so."""
    place, query = divisions.get_division(code), _query(schemas.ItemsPageQuery())
    prefixes = (place.prefix,)
    filters = Filters(month=query["month"], entry=query["entry"], group=query["group"])
    return _page(
        "items",
        place,
        "公开信息",
        page=queries.list_publications(prefixes, filters, PageRequest(query["cursor"])),
        count=queries.count_publications(prefixes, filters),
        filters=filters,
        entries=archives.count_by_entry(prefixes),
    )


@blueprint.get("/search")
def search() -> str | tuple[str, int]:
    """By words, place, entry and period; what was looked for is marked in what is found."""
    try:
        query = _query(schemas.SearchPageQuery())
    except Invalid as refused:
        form = Form(request.args, problem=refused, shown=SEARCH_FIELDS)
        return _search_page(None, form=form, filters=Filters(), page=None), refused.status
    place = divisions.get_division(query["division"]) if query["division"] else None
    prefixes = (place.prefix,) if place else EVERYWHERE
    filters = Filters(q=query["q"], entry=query["entry"], period=query["period"])
    form = Form(request.args)
    if filters.is_empty:
        return _search_page(place, form=form, filters=filters, page=None)
    page = queries.list_publications(prefixes, filters, PageRequest(query["cursor"]))
    count = queries.count_publications(prefixes, filters)
    return _search_page(place, form=form, filters=filters, page=page, count=count)


@blueprint.get("/i/<publication_id>")
def item(publication_id: str) -> str | AnyResponse | tuple[str, int]:
    """One item; where it was corrected, on to the correction; where it ended, when and why."""
    publication = queries.get_publication(publication_id)
    if publication.state == "superseded":
        return redirect(url_for(".item", publication_id=publication.superseded_by, _anchor="corrections"), 308)
    place = divisions.get_division(publication.village)
    if publication.state in STATES_GONE:
        return _page("ended", place, "说明", item=publication, state=STATES_GONE[publication.state]), 410
    older, newer = queries.find_neighbours(publication)
    return _page(
        "item",
        place,
        "正文",
        item=publication,
        versions=queries.list_versions(publication),
        older=older,
        newer=newer,
        body=wording.with_scrolling_tables(publication.body or ""),
        today=clock.today(),
        canonical=url_for(".item", publication_id=publication.id),
        base_url=settings.public_base_url,
    )


@blueprint.get("/d/<code>/statistics")
@blueprint.get("/d/<code>/statistics/<int:year>")
def statistics(code: str, year: int | None = None) -> str:
    """How much was published in each month of a year."""
    place = divisions.get_division(code)
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise NotFound()
    shown = year_pages.year_of(place, year)
    links = [(f"{each}年", url_for(".statistics", code=code, year=each), each == shown.number) for each in shown.years]
    return _page("statistics", place, "公开情况统计", year=shown, year_links=links)


@blueprint.get("/about")
def about() -> str:
    """What this is, how items come to be public, whom to ask, how accessible it is."""
    return _page("about", None, townships=divisions.list_townships())


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The sitemaps of the villages."""
    villages = [village.code for village in divisions.list_disclosing(EVERYWHERE)]
    return _xml(site_map.index(settings.public_base_url, villages))


@blueprint.get("/d/<code>/sitemap.xml")
def sitemap_of_village(code: str) -> Response:
    """The items of a village."""
    village = divisions.get_division(code)
    return _xml(site_map.of_village(settings.public_base_url, village.code, archives.list_addresses(village.code)))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines may read: everything but searches and the way in for staff."""
    lines = [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /sign-in",
        f"Sitemap: {settings.public_base_url}/sitemap.xml",
        "",
    ]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


def _township_page(place: Division) -> str:
    prefixes = (place.prefix,)
    villages = divisions.list_disclosing(prefixes)
    return _page(
        "township",
        place,
        villages=villages,
        counts=queries.count_by_village(prefixes),
        latest=archives.newest_by_village(village.code for village in villages),
        newest=_newest(prefixes),
        canonical=url_for(".division", code=place.code),
    )


def _village_page(place: Division) -> str:
    prefixes = (place.prefix,)
    return _page(
        "village",
        place,
        count=queries.count_publications(prefixes, Filters()),
        newest=_newest(prefixes),
        entries=archives.count_by_entry(prefixes),
        months=archives.count_by_month(prefixes),
        canonical=url_for(".division", code=place.code),
    )


def _search_page(place: Division | None, **context: Any) -> str:
    townships = _townships_below(EVERYWHERE)
    choices = {
        "places": [(each["code"], each["name"]) for township in townships for each in _with_villages(township)],
        "entries": [(each.entry, each.entry_name) for each in archives.count_by_entry(EVERYWHERE)],
        "periods": [(str(period), period.in_words) for period in archives.list_periods(EVERYWHERE)],
        "townships": [(township["code"], township["name"]) for township in townships],
    }
    return _page("search", place, "搜索", choices=choices, marked=_marked, excerpt=_excerpt, **context)


def _page(template: str, place: Division | None, leaf: str | None = None, **context: Any) -> str:
    """A page about a place, with the way to it and the township whose contact it names.

    leaf: the page's own name in the way to it, where it is not the place's first page.
    """
    above = _names_above(place) if place else []
    way = [*above, (leaf, None)] if leaf else [*above[:-1], *((name, None) for name, _ in above[-1:])]
    return render_template(
        f"publishing/{template}.html",
        division=place,
        township=divisions.get_township(place.code) if place and above else None,
        site=above[0][0] if above else _only_township(),
        crumbs=way if len(way) > 1 else (),
        wording=wording,
        local=clock.local,
        **context,
    )


def _names_above(place: Division) -> list[tuple[str, str]]:
    """The township and the village that a place is, each with its address; nothing above the townships."""
    if len(place.prefix) < DIGITS[Level.TOWNSHIP]:
        return []
    codes = list(dict.fromkeys((place.township_code, place.code)))
    names = divisions.names_of(set(codes))
    return [(names[code], url_for(".division", code=code)) for code in codes]


def _only_township() -> str:
    """The name of the township where there is just one: then the whole site is its own."""
    codes = {township.code for township in divisions.list_townships()}
    return divisions.names_of(codes).popitem()[1] if len(codes) == 1 else ""


def _newest(prefixes: tuple[str, ...]) -> list[Publication]:
    return queries.list_publications(prefixes, Filters(), PageRequest(limit=NEWEST)).data


def _townships_below(prefixes: tuple[str, ...]) -> list[dict[str, Any]]:
    """The townships in which anything is on the platform, each with its villages."""
    villages = divisions.list_disclosing(prefixes)
    names = divisions.names_of({village.township_code for village in villages})
    return [
        {"code": code, "name": names[code], "villages": [each for each in villages if each.township_code == code]}
        for code in sorted(names)
    ]


def _with_villages(township: dict[str, Any]) -> list[dict[str, str]]:
    villages = [{"code": each.code, "name": f"{township['name']}{each.name}"} for each in township["villages"]]
    return [{"code": township["code"], "name": township["name"]}, *villages]


def _query(schema: schemas.PageAddress) -> dict[str, Any]:
    """What the address asks for. A form without a script sends empty fields too: they ask for nothing.

    Raises Invalid naming the parameter.
    """
    try:
        loaded: dict[str, Any] = schema.load({name: value for name, value in request.args.items() if value.strip()})
    except ValidationError as error:
        raise Invalid(errors=error.normalized_messages()) from None
    return loaded


def _marked(text: str) -> list[highlighting.Passage]:
    return highlighting.passages(text, request.args.get("q", ""))


def _excerpt(publication: Publication) -> list[highlighting.Passage]:
    return highlighting.excerpt(plain_text(publication.body or ""), request.args.get("q", ""))


def _xml(markup: bytes) -> Response:
    return Response(markup, content_type="application/xml; charset=utf-8")
