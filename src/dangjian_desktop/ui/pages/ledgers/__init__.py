"""台账: the ledgers by class, and one ledger as figures, table and form, all made from its template."""

from .page import LedgersPage

__all__ = ["LedgersPage"]
