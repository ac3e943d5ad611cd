"""Shapes of the uploader's forms."""

from marshmallow import fields

from villagepub.clearance.schemas import LONGEST_REASON
from villagepub.core.fields import Day, DivisionCode, EntryCode, Flag, LongText, Month, PeriodText, Shape, Text, one_of
from villagepub.disclosures.schemas import AUDIENCES, LONGEST_BODY, LONGEST_TITLE

WRITTEN_AS = ("notation", "html")


class ChecklistQuery(Shape):
    village = DivisionCode(load_default=None)
    month = Month(load_default=None)


class AboutQuery(Shape):
    """What a new disclosure is about: of which village, which entry, and if that is known which period."""

    village = DivisionCode(required=True)
    entry = EntryCode(load_default=None)
    period = PeriodText(load_default=None)


class NewAboutForm(AboutQuery):
    entry = EntryCode(required=True)


class DutyQuery(AboutQuery):
    entry = EntryCode(required=True)
    period = PeriodText(required=True)


class WrittenForm(Shape):
    """What is being written. written_as: whether the text is in the notation, or HTML."""

    title = Text(longest=LONGEST_TITLE, required=True)
    body = LongText(longest=LONGEST_BODY, required=True)
    written_as = fields.String(load_default="notation", validate=one_of(WRITTEN_AS))


class LookForm(WrittenForm):
    title = Text(longest=LONGEST_TITLE, shortest=0, load_default="")
    body = LongText(longest=LONGEST_BODY, shortest=0, load_default="")


class DraftForm(WrittenForm):
    """apply: the passage whose suggestion is to be written in, or ``all``."""

    period = PeriodText(load_default=None)
    event_on = Day(load_default=None)
    nothing_to_report = Flag(load_default=False)
    audience = fields.String(load_default=None, validate=one_of(AUDIENCES))
    apply = Text(longest=40, load_default=None)


class EditForm(DraftForm):
    etag = Text(longest=60, required=True)


class EtagForm(Shape):
    etag = Text(longest=60, required=True)


class ApplyForm(EtagForm):
    apply = Text(longest=40, required=True)


class NothingForm(Shape):
    title = Text(longest=LONGEST_TITLE, required=True)
    body = LongText(longest=LONGEST_BODY, required=True)


class ReasonForm(Shape):
    reason = LongText(longest=LONGEST_REASON, required=True)


class CorrectionForm(Shape):
    change_note = Text(longest=500, required=True)
