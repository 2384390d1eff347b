"""Core tables of the data file: what opening, reading and bulk writing need, without the classes of single records.

`storage.models` has those; loading them costs a start a third of a second, so only an edit does.
"""

from .local import account, audit_event, setting
from .log import change, head, operation, origin
from .records import (
    METADATA,
    attendance,
    category,
    former,
    ledger_entry,
    meeting,
    member,
    membership,
    of_kind,
    of_set,
    organisation,
    post,
    term,
)

__all__ = [
    "METADATA",
    "account",
    "attendance",
    "audit_event",
    "category",
    "change",
    "former",
    "head",
    "ledger_entry",
    "meeting",
    "member",
    "membership",
    "of_kind",
    "of_set",
    "operation",
    "organisation",
    "origin",
    "post",
    "setting",
    "term",
]
