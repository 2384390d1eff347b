"""报表文书: choose a report, see the very pages, print or save them; and the figures with what they mean."""

from .page import ReportsPage

__all__ = ["ReportsPage"]
