"""Every check of one report, from its JSON and from the year before."""

from collections.abc import Iterator, Mapping
from typing import Any

from villagepub.reports import checks, part_four, part_three, part_two, words
from villagepub.reports.checks import RULES, Verdict, as_json
from villagepub.reports.figures import Json
from villagepub.reports.form import Form
from villagepub.reports.narrative import SECTIONS as NARRATIVE
from villagepub.reports.narrative import texts_of
from villagepub.reports.rates import Answers, check_rates
from villagepub.reports.words import Known, known_numbers
from villagepub.reports.years import Origin, YearBefore

_ORIGINS = {Origin.FINALISED: "已定稿的报告", Origin.IMPORTED: "导入的报告", Origin.DRAFT: "台账现有数字"}


def checks_of(
    report: Json, form: Form, before: YearBefore | None, own_words: Mapping[str, str], reasons: Mapping[str, str]
) -> list[Json]:
    """own_words: part one's sentences without what people wrote, by section.

    reasons: what was written to explain a check, by its id.
    """
    verdicts = dict(_of_tables(report, form, before)) | dict(_of_words(report, own_words))
    found = [as_json(RULES[key], verdict, reason=reasons.get(key)) for key, verdict in verdicts.items()]
    for check in found:
        if check["id"] in ("F4", "F6"):
            check["detail"] += f"（与{_ORIGINS[before.origin]}核对）" if before else "（没有上一年的报告）"
    return [*found[:8], _of_rates(report), *found[8:]]


def _of_tables(report: Json, form: Form, before: YearBefore | None) -> Iterator[tuple[str, Verdict]]:
    third, fourth = part_three.cells_of(report["part_three"]), part_four.cells_of(report["part_four"])
    documents = _documents(report, form)
    yield "F1", checks.check_balance(form, third)
    yield "F2", checks.check_results(form, third)
    yield "F3", checks.check_kinds(form, third)
    yield "F4", checks.check_carried_over(form, third, before.carried_out if before else None)
    yield "F5", checks.check_outcomes(form, fourth)
    yield "F6", checks.check_in_force(documents, before.in_force if before else None)
    yield "F7", checks.check_counts(form, third, fourth)


def _of_words(report: Json, own_words: Mapping[str, str]) -> Iterator[tuple[str, Verdict]]:
    """F8 on what the program wrote, W1, and W2 on what people wrote into it."""
    third, fourth = part_three.cells_of(report["part_three"]), part_four.cells_of(report["part_four"])
    texts, known = texts_of(report["narrative"]), known_of(report)
    applications = words.check_applications(own_words["applications"], third, fourth)
    others = words.check_sections({key: text for key, text in own_words.items() if key != "applications"}, known)
    yield "F8", Verdict(applications.places + others.places, applications.undecided)
    regulations = next(iter(part_two.values_of(report["part_two"]).items()))
    yield "W1", checks.check_regulations(*regulations)
    yield "W2", words.check_narrative(texts, NARRATIVE, known)


def known_of(report: Json) -> Known:
    """The numbers of a report by the measure words with which a text may name them."""
    part, third = report["part_one"], part_three.cells_of(report["part_three"])
    complaints = [each[name]["value"] for each in part["complaints"] for name in ("received", "answered")]
    disputes = _values(part["reconsiderations"])
    papers = [value for values in part_two.values_of(report["part_two"]).values() for value in values]
    held = [part["trainings"]["value"]]
    return known_numbers(
        {
            "条": _values(part["channels"]) + complaints,
            "件": words.application_totals(third) + complaints + disputes + [v for v in papers if isinstance(v, int)],
            "起": complaints + disputes,
            "项": _values(part["inspections"]),
            "次": held + _values(part["results"]),
            "场": held,
            "期": held,
            "个村": [part["villages_on_platform"]["value"]],
        }
    )


def _values(figures: list[Json]) -> list[int | None]:
    return [figure["value"] for figure in figures]


def _documents(report: Json, form: Form) -> dict[str, tuple[Any, Any, Any]]:
    values = part_two.values_of(report["part_two"])
    return {row: (*values[row],) for row in form.tables[0].rows}  # type: ignore[misc]  # the first table has three columns


def _of_rates(report: Json) -> Json:
    answers = [
        Answers(each["label"], each["received"]["value"], each["answered"]["value"], each["rate"]["value"])
        for each in report["part_one"]["complaints"]
    ]
    return check_rates(answers)
