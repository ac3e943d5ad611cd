"""The doors of the office's screens, a module for each section; all of them hang on one blueprint."""

from villagepub.office.pages import (
    application_files,
    applications,
    audit,
    catalogue,
    exports,
    home,
    invitations,
    jobs,
    ledger_files,
    ledgers,
    people,
    posts,
    reports,
    screening,
    work,
)
from villagepub.office.pages.frame import blueprint

__all__ = [
    "application_files",
    "applications",
    "audit",
    "blueprint",
    "catalogue",
    "exports",
    "home",
    "invitations",
    "jobs",
    "ledger_files",
    "ledgers",
    "people",
    "posts",
    "reports",
    "screening",
    "work",
]
