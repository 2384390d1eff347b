"""What refers to records, by the kind of what refers; told before they are removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from dangjian_desktop.domain.records.kinds import KINDS

from ..references import referring
from .listing import rows


def counts(connection: Connection, kind: str, ids: Sequence[str], closed: Collection[str] = ()) -> dict[str, int]:
    """How many standing records refer to any of `ids`, by kind; those of `ids` and of `closed` ledgers are left out.

    Where the key of a set refers (marks of attendance), each mark counts.
    """
    own = set(ids)
    found = [each for each in referring(connection, kind, ids) if each.record not in own]
    hidden = _closed(connection, [each.record for each in found if each.kind == LEDGER_ENTRY], closed)
    marks = {spec.name for spec in KINDS.values() if any(each.key == kind for each in spec.sets)}
    single = {
        (each.kind, each.record, each.target if each.kind in marks else "")
        for each in found
        if each.record not in hidden
    }
    return dict(Counter(holder for holder, *_ in single))


LEDGER_ENTRY = "ledger_entry"


def _closed(connection: Connection, entries: Sequence[str], closed: Collection[str]) -> set[str]:
    if not closed:
        return set()
    return {r["id"] for r in rows(connection, LEDGER_ENTRY, entries, ["template"]) if r["template"] in closed}
