"""What an application is charged: its fee notice, seen beside the applicant's others of the month."""

from decimal import Decimal

from villagepub.applications import queries
from villagepub.applications.fees import Basis, fee_by_items, fee_by_pages
from villagepub.applications.models import Application
from villagepub.applications.workflow import Kind


def amount_of(application: Application, basis: Basis, quantity: int) -> Decimal:
    """元; 0 while what is free is not exceeded."""
    if basis == Basis.PAGES:
        return fee_by_pages(quantity)
    return fee_by_items(quantity, _items_before(application))


def paid_by_events(application: Application) -> Decimal:
    """元 that the applicant paid, as the events say; 0 where nothing was paid."""
    standing = application.standing_events
    notices = [event.details["amount"] for event in standing if event.kind == Kind.FEE_NOTIFIED]
    is_paid = any(event.kind == Kind.FEE_PAID for event in standing)
    return Decimal(notices[-1]) if is_paid else Decimal(0)


def _items_before(application: Application) -> int:
    """How many items the applicant already has in the calendar month; an application is one unless it was split."""
    return sum(_items_of(each) for each in queries.list_earlier_of_applicant(application))


def _items_of(application: Application) -> int:
    notices = (each.details for each in application.standing_events if each.kind == Kind.FEE_NOTIFIED)
    return next((each["quantity"] for each in notices if each["basis"] == Basis.ITEMS), 1)
