"""Ledgers made from templates: new entries, states and who may move them, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers import ledgers as rules
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.storage.queries import listing

from .ledger_templates import numbers, template, templates

__all__ = ["add", "move", "moves", "numbers", "overdue", "template", "templates"]


def add(office: Office, key: str, typed: Mapping[str, Any]) -> Saved:
    """A new entry from typed values."""
    return records.add(office, "ledger_entry", typed, template=template(office, key).key)


def moves(office: Office, entry: str) -> list[tuple[str, str, str | None]]:
    """Where an entry can go: (state, label, why not or None)."""
    view = records.get(office, "ledger_entry", entry)
    found = template(office, view.values["template"])
    return [
        (move.target, found.state(move.target).label, _refusal(office, found, view.values, move.target))
        for move in rules.transitions_from(found, view.values["state"])
    ]


def _refusal(office: Office, found: LedgerTemplate, values: Mapping[str, Any], target: str) -> str | None:
    refusal = rules.may_move(found, values, values["state"], target, role=office.actor.role, person=office.actor.name)
    return refusal.message if refusal else None


def move(office: Office, entry: str, state: str) -> Saved:
    """Move an entry to a state (by key or label) as the template allows; raises `UserError` (`bad_move`)."""
    view = records.get(office, "ledger_entry", entry)
    found = template(office, view.values["template"])
    target = found.state_of(state)
    if target is None:
        known = "、".join(s.label for s in found.states)
        raise UserError("bad_move", f"“{found.title}”没有“{state}”这个状态。现有：{known}。")
    refusal = _refusal(office, found, view.values, target.key)
    if refusal:
        raise UserError("bad_move", refusal, effect="状态没有改动。")
    with office.operation(f"{found.title} {view.values.get('number') or ''}：{target.label}") as work:
        work.change("ledger_entry", entry, {"state": target.key})
    return Saved(entry, work.change_set)


def overdue(office: Office, scope: str | None = None) -> list[str]:
    """Ids of entries past their due date, earliest first, over all ledgers this account may open."""
    office.actor.require(READ, "ledger_entry")
    late = []
    for found in templates(office):
        if not found.due:
            continue
        ids = records.query(
            office,
            "ledger_entry",
            scope=scope,
            template=found.key,
            order=[("due_on", False)],
            filters=[records.Filter("due_on", "not_empty")],
        )
        with office.database.read() as connection:
            rows = listing.rows(connection, "ledger_entry", ids, ["values", "state", "due_on"])
        late += [
            (r["due_on"], r["id"])
            for r in rows
            if rules.is_overdue(found, r["values"] or {}, r["state"] or found.initial, office.today())
        ]
    return [i for _, i in sorted(late)]
