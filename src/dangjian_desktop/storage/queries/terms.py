"""The terms that organisations were in on a day, where a newer one has begun since."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import first_day

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


def terms_to_come(connection: Connection, day: date) -> dict[str, str]:
    """The 当选日 of organisations' newest terms that begin after `day`."""
    rows = connection.execute(
        text("SELECT record, max(elected_on) FROM term WHERE elected_on > :day GROUP BY record"),
        {"day": day.isoformat()},
    )
    return {record: elected for record, elected in rows if first_day(elected) > day}
