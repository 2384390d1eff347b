"""党员: the list, one person's form, transfers."""

from .page import MembersPage

__all__ = ["MembersPage"]
