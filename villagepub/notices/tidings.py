"""What somebody is told, whoever it is."""

from dataclasses import dataclass

from villagepub.review.workflow import Notice


@dataclass(frozen=True)
class Tidings:
    """village: the place it is about, or the township. sentence: for the inbox.

    title, comment, number, due_on: what a message's fields may say beside it; due_on as ``2023年11月10日``.
    subject_type, subject_id: the stored thing it is about, both or neither.
    event: names what happened where the same may be told again; a person is told of one event once. Without it, each
    telling is its own.
    """

    notice: Notice
    village: str
    sentence: str
    title: str = ""
    comment: str = ""
    number: str = ""
    due_on: str = ""
    count: int = 1
    subject_type: str | None = None
    subject_id: str | None = None
    event: str | None = None
