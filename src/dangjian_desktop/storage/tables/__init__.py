"""Core tables of the data file: what opening, reading and bulk writing need, without the classes of single records.

`storage.models` has those; loading them costs a start a third of a second, so only an edit does.
"""

from .local import account, audit_event, setting
from .log import bare, change, head, leaf_layout, operation, origin, remainder
from .records import (
    METADATA,
    attachment,
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
    passage,
    post,
    shared_item,
    term,
)

__all__ = [
    "METADATA",
    "account",
    "attachment",
    "attendance",
    "audit_event",
    "bare",
    "category",
    "change",
    "former",
    "head",
    "leaf_layout",
    "ledger_entry",
    "meeting",
    "member",
    "membership",
    "of_kind",
    "of_set",
    "operation",
    "organisation",
    "origin",
    "passage",
    "post",
    "remainder",
    "setting",
    "shared_item",
    "term",
]
