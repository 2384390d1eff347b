"""组织生活: meetings as a list and as a table of the year, and the form that records one."""

from .page import MeetingsPage

__all__ = ["MeetingsPage"]
