"""SQLModel tables of the data file."""

from .local import Account, AuditEvent, Setting
from .log import ChangeRow, Head, OperationRow, Origin
from .records import (
    Attendance,
    Category,
    Former,
    LedgerEntry,
    Meeting,
    Member,
    Membership,
    Organisation,
    Post,
)

__all__ = [
    "Account",
    "Attendance",
    "AuditEvent",
    "Category",
    "ChangeRow",
    "Former",
    "Head",
    "LedgerEntry",
    "Meeting",
    "Member",
    "Membership",
    "OperationRow",
    "Organisation",
    "Origin",
    "Post",
    "Setting",
]
