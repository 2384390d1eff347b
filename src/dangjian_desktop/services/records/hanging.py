"""What hangs on records that are to be removed, in words for the question before it."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import hanging as queries

_WORDS = {
    "posts": "任职 {} 条",
    "attendance": "到会记录 {} 条",
    "meetings": "会议 {} 次",
    "entries": "台账 {} 条",
    "left_members": "曾在这里的党员 {} 名",
}


def of(office: Office, kind: str, ids: Sequence[str]) -> list[str]:
    """What refers to the records, as “任职 2 条”; entries of ledgers that this role may not open are not counted."""
    office.actor.require(READ, kind)
    with office.database.read() as connection:
        found = queries.counts(connection, kind, ids, ledger_templates.closed_to(office))
    return [_WORDS[name].format(number) for name, number in found.items() if number]
