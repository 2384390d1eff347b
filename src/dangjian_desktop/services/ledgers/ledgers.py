"""Ledgers made from templates: new entries, states and who may move them, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.ledgers import ledgers as rules
from dangjian_desktop.domain.ledgers import passages
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.own_templates import TemplateFault
from dangjian_desktop.domain.records.findings import INFO, WARNING, Finding
from dangjian_desktop.domain.records.permissions import READ, TEMPLATES
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.office import work_days
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.storage.queries import ledger_templates as queries
from dangjian_desktop.storage.queries import listing, matching
from dangjian_desktop.storage.shape import BINNED
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from . import entry_states, named
from .ledger_templates import numbers, seen_by, template, templates

__all__ = ["LateEntry", "add", "late_entries", "move", "moves", "numbers", "overdue", "template", "templates"]


def add(office: Office, key: str, typed: Mapping[str, Any]) -> Saved:
    """A new entry from typed values."""
    return records.add(office, "ledger_entry", typed, template=template(office, key).key)


def seen(office: Office, key: str | None) -> LedgerTemplate:
    """One ledger by key or title as this role sees it; raises as `template`."""
    return seen_by(office, template(office, key))


def faults(office: Office) -> list[TemplateFault]:
    """What is wrong with templates that cannot be used here, told to who may see the templates."""
    return office.templates.faults() if office.actor.may(READ, TEMPLATES) else []


def find(office: Office, found: LedgerTemplate, text: str) -> str | None:
    """The id of an entry of a ledger by id or number, those in the bin by id; None where there is none.

    Raises `UserError` (`entry_ambiguous`).
    """
    with office.database.read() as connection:
        ids = matching.meant(connection, found.key, text, office.actor.scope)
        binned = listing.rows(connection, "ledger_entry", [text], ["template"])
    if len(ids) > 1:
        raise UserError("entry_ambiguous", f"“{found.title}”里有几条编号都是“{text}”，请用记录的编号。")
    return ids[0] if ids else text if binned and binned[0]["template"] == found.key else None


def search(office: Office, key: str, text: str, limit: int) -> list[tuple[str, str]]:
    """Entries of a ledger by a piece of their number or title, as (id, what people call it); the newest first."""
    found = template(office, key)
    ids = records.query(office, "ledger_entry", template=found.key, text=text, order=[("number", True)])[:limit]
    with office.database.read() as connection:
        labels = named.entry_labels(office, connection, ids)
    return [(entry, labels.get(entry, entry)) for entry in ids]


class ReferredBy(NamedTuple):
    """An entry that refers to another one, as people call it, and by which column."""

    id: str
    label: str
    column: str


def referring(office: Office, entry: str) -> list[ReferredBy]:
    """The entries that refer to one, in columns or child rows, of the ledgers that this account may open."""
    records.get(office, "ledger_entry", entry)
    columns = {
        found.key: {c.name: c.label for c in (*found.columns, *(c for r in found.rows for c in r.columns))}
        for found in (seen_by(office, each) for each in templates(office))
    }
    scope = office.actor.scope
    with office.database.read() as connection:
        found = [
            (row, columns[row.template][row.column])
            for row in queries.referring_entries(connection, entry)
            if row.column in columns.get(row.template, {}) and (scope is None or row.organisation in scope)
        ]
        labels = named.entry_labels(office, connection, [row.id for row, _ in found])
    return [ReferredBy(row.id, labels[row.id], column) for row, column in found]


def unmatched(office: Office, key: str, by: str, column: str, scope: str | None = None) -> list[str]:
    """Ids of the entries of ledger `key` that no entry of ledger `by` names in `column`, in the order of a list."""
    template(office, by)
    ids = records.query(office, "ledger_entry", scope=scope, template=template(office, key).key)
    with office.database.read() as connection:
        named_by = queries.referred(connection, by, column)
    return [entry for entry in ids if entry not in named_by]


def moves(office: Office, entry: str) -> list[tuple[str, str, str | None]]:
    """Where an entry can go: (state, label, why not or None)."""
    view = records.get(office, "ledger_entry", entry)
    found = template(office, view.values["template"])
    return [
        (move.target, found.state(move.target).label, _refusal(office, found, view.values, move.target))
        for move in rules.transitions_from(found, view.values["state"])
    ]


def _refusal(office: Office, found: LedgerTemplate, values: Mapping[str, Any], target: str) -> str | None:
    known = named.with_people(office, found, values)
    refusal = rules.may_move(found, known, values["state"], target, role=office.actor.role, person=office.actor.name)
    return refusal.message if refusal else None


def move(office: Office, entry: str, state: str, *, reason: str = "", day: str | None = None) -> Saved:
    """Move an entry to a state (by key or label) as the template allows; this is a passage of its own.

    It holds from `day`, else from the day that the move asks for (销号日期), else from today. Raises `UserError`:
    `removed` for an entry in the bin, `bad_move`, `reason` where an entry is opened again without one, `later`.
    """
    view = records.get(office, "ledger_entry", entry)
    records.require_standing(view)
    found = template(office, view.values["template"])
    target = found.state_of(state)
    if target is None:
        known = "、".join(s.label for s in found.states)
        raise UserError("bad_move", f"“{found.title}”没有“{state}”这个状态。现有：{known}。")
    refusal = _refusal(office, found, view.values, target.key)
    if refusal:
        raise UserError("bad_move", refusal, effect="状态没有改动。")
    reopened = _reopened(found, view.values["state"], target.key)
    step = rules.transition(found, view.values["state"], target.key)
    if (reopened or (step is not None and step.reason)) and not reason.strip():
        raise UserError(
            "reason",
            f"把“{found.state_label(view.values['state'])}”的条目改为“{target.label}”要写明原因。",
            effect="状态没有改动。",
            advice="请写清为什么" + ("重新打开，再改一次。" if reopened else "这样改，再改一次。"),
        )
    with office.operation(f"{found.title} {view.values.get('number') or ''}：{target.label}") as work:
        current = work.read("ledger_entry", [entry])[entry]
        work.change("ledger_entry", entry, _passage(office, found, current, target.key, reason, day, reopened))
        followed = _follow(office, work, found, current, target.key, day)
    return Saved(entry, work.change_set, followed)


def _follow(
    office: Office, work: UnitOfWork, found: LedgerTemplate, current: Mapping[str, Any], target: str, day: str | None
) -> list[Finding]:
    """Move the entries that this one refers to, where its template says so; what could not move is told."""
    told = []
    for column in found.columns:
        wanted, other = dict(column.follow).get(target), (current["values"] or {}).get(column.name)
        if wanted is None or not other:
            continue
        row = work.read("ledger_entry", [other]).get(other)
        theirs = office.templates.get(row["template"]) if row else None
        if row is None or theirs is None or row["state"] == wanted or theirs.state_of(wanted) is None:
            continue
        called = f"{theirs.title} {row.get('number') or ''}".strip()
        values = (row["values"] or {}) | {"state": row["state"]}
        refusal = _refusal(office, theirs, values, wanted)
        if refusal or row[BINNED]:
            told.append(Finding("NOT_FOLLOWED", WARNING, f"{called}没有跟着改：{refusal or '在回收站里。'}"))
            continue
        reopened = _reopened(theirs, row["state"], wanted)
        because = f"随{found.title} {current.get('number') or ''}".strip()
        work.change("ledger_entry", other, _passage(office, theirs, row, wanted, because, day, reopened))
        told.append(Finding("FOLLOWED", INFO, f"{called}同时改为“{theirs.state_label(wanted)}”，撤销时一并撤销。"))
    return told


def _reopened(found: LedgerTemplate, source: str, target: str) -> bool:
    step = rules.transition(found, source, target)
    return step is not None and rules.reopens(found, step)


def _passage(
    office: Office,
    found: LedgerTemplate,
    current: Mapping[str, Any],
    target: str,
    reason: str,
    day: str | None,
    reopened: bool,
) -> dict[str, Any]:
    """The paths of a move. What is open again is not done: its done day goes, the passage keeps it."""
    values, today = current["values"] or {}, office.today()
    step = rules.transition(found, current["state"], target)
    when = records.effective_day(office, day) if day or step is None else passages.move_day(found, step, values, today)
    if reopened:
        _refuse_reopening_before(found, current["passages"], when)
    due = values.get(found.due) if found.due else None
    moved: dict[str, Any] = {
        f"passages.{new_id()}": passages.passage(target, when, by=office.actor.name, due=due, reason=reason.strip())
    }
    if reopened and found.done and values.get(found.done):
        moved[f"values.{found.done}"] = None
    limit = passages.due_in(found.state(target), when, lambda: work_days.calendar(office))
    if limit and found.due and not (step and found.due in step.needs):
        # The passage says the deadline that holds from now on.
        moved = {
            path: {**value, "due": limit} if path.startswith("passages.") else value for path, value in moved.items()
        }
        moved[f"values.{found.due}"] = limit
    return moved


def _refuse_reopening_before(found: LedgerTemplate, held: Mapping[str, Any] | None, when: str) -> None:
    """An entry opens again on or after the day it was settled, else nothing would be left of its having been closed."""
    settled = passages.settled_on(passages.steps(held), passages.terminal_states(found))
    if settled and last_day(when).isoformat() < settled:
        raise UserError(
            "backwards",
            f"重新打开的日期{when}早于办结的日期{settled}。",
            effect="状态没有改动。",
            advice="请核对日期；办结日期写错了的，请先改正它。",
        )


class LateEntry(NamedTuple):
    """An entry past its deadline, with the ledger that it stands in."""

    due: str
    entry: str
    ledger: str


def overdue(office: Office, scope: str | None = None) -> list[str]:
    """Ids of entries past the deadline of today, earliest first, over all ledgers this account may open."""
    return [late.entry for late in late_entries(office, scope)]


def late_entries(office: Office, scope: str | None = None) -> list[LateEntry]:
    """The same with deadline and ledger; the file is asked once for all ledgers."""
    office.actor.require(READ, "ledger_entry")
    known = {found.key: found for found in templates(office) if found.due}
    today = office.today()
    ids = records.query(office, "ledger_entry", scope=scope)
    with office.database.read() as connection:
        placed = listing.rows(connection, "ledger_entry", ids, ["template", "due_on"])
    ledger_of = {row["id"]: row["template"] for row in placed if row["due_on"] and row["template"] in known}
    late = [
        LateEntry(standing.due, entry, ledger_of[entry])
        for entry, standing in entry_states.on_day(office, list(ledger_of), today).items()
        if standing.due and rules.is_overdue(known[ledger_of[entry]], {}, standing.state, today, due=standing.due)
    ]
    return sorted(late)
