"""The numbers of a report that is being written, from the ledgers as they are now."""

from villagepub.applications.form import count_for_form
from villagepub.ledgers import form as ledger_form
from villagepub.reports.figures import Json, Source
from villagepub.reports.form import Form
from villagepub.reports.part_four import part_four
from villagepub.reports.part_one import figures_of_part_one
from villagepub.reports.part_three import part_three
from villagepub.reports.part_two import part_two


def tables_of(source: Source, form: Form) -> Json:
    """Parts one to four as JSON, part one without its sentences; and the applications that leave cells empty."""
    township, year = source.township.code, source.year
    applications = count_for_form(township, year)
    third = part_three(form, applications, source)
    fourth = part_four(form, ledger_form.count_disputes(township, year), source)
    documents, acts = ledger_form.count_documents(township, year), ledger_form.count_acts(township, year)
    return {
        "part_one": figures_of_part_one(source, third, fourth),
        "part_two": part_two(form, documents, acts),
        "part_three": third,
        "part_four": fourth,
        "incomplete": dict(applications.incomplete),
    }
