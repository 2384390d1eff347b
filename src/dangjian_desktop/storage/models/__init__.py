"""Single records as SQLModel classes: read, validated and written as objects.

Lists and bulk writing use the Core tables of `storage.tables`; only an edit loads these classes.
"""

from .records import (
    Attachment,
    Attendance,
    Category,
    ElectedTerm,
    Former,
    LedgerEntry,
    Meeting,
    Member,
    Membership,
    Organisation,
    Passage,
    Post,
    SharedItem,
)

__all__ = [
    "Attachment",
    "Attendance",
    "Category",
    "ElectedTerm",
    "Former",
    "LedgerEntry",
    "Meeting",
    "Member",
    "Membership",
    "Organisation",
    "Passage",
    "Post",
    "SharedItem",
]
