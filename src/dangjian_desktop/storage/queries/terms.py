"""The terms that organisations were in on a day, where a newer one has begun since."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.rules.shipped import rules

_LATER = """
    SELECT t.record, o.kind, o.field, t.key, t.elected_on, t.years, t.extended_to, t.method, t.due, t.present, t.doc
    FROM term t JOIN organisation o ON o.id = t.record
    WHERE t.record IN (SELECT record FROM term WHERE coalesce(elected_on, key) > :day AND key NOT LIKE 'undated%')
"""


def former_terms(connection: Connection, day: date) -> dict[str, dict[str, Any]]:
    """The derived columns of a term as they were on `day`, for organisations where they are others now."""
    held: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    units: dict[str, tuple[str, str | None]] = {}
    for record, kind, field, key, *values in connection.execute(text(_LATER), {"day": day.isoformat()}):
        units[record] = (kind, field)
        held[record][key] = dict(zip(terms.TERM_FIELDS.values(), values, strict=True))
    found = {}
    for record, (kind, field) in units.items():
        then = terms.in_force(held[record], day)
        found[record] = terms.columns(rules(), kind, field, dict([then]) if then else {})
    return found
