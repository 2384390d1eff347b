"""What hangs on records that are to be removed, in words for the question before it."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import hanging as queries

_WORDS = {
    ("member", "meeting"): "到会记录 {} 条",
    ("organisation", "meeting"): "会议 {} 次",
    ("organisation", "member"): "曾在这里的党员 {} 名",
    ("organisation", "organisation"): "现在或曾经的下级组织 {} 个",
}
"""How people put it where the name of the kind does not do, by what is referred to and what refers."""


def of(office: Office, kind: str, ids: Sequence[str]) -> list[str]:
    """What refers to the records, as “任职 2 条”; entries of ledgers that this role may not open are not counted."""
    office.actor.require(READ, kind)
    with office.database.read() as connection:
        found = queries.counts(connection, kind, ids, ledger_templates.closed_to(office))
    return [
        _WORDS.get((kind, spec.name), f"{spec.label.removesuffix('条目')} {{}} {spec.measure}").format(found[spec.name])
        # What was recorded comes before people and units.
        for spec in sorted(KINDS.values(), key=lambda each: each.unit != "organisation")
        if found.get(spec.name)
    ]
