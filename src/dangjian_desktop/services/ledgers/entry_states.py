"""Where entries stand: what an edit adds to their passages, what keeps a settled one so, how they were on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.ledgers import passages, requirements
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate, Refusal
from dangjian_desktop.domain.ledgers.rows import split_row
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.services.ledgers import ledger_templates, named
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import ledger_templates as queries_of_templates
from dangjian_desktop.storage.queries import passages as queries
from dangjian_desktop.storage.shape import BINNED
from dangjian_desktop.storage.unit_of_work import UnitOfWork

KIND = "ledger_entry"
_TYPED = ("edit", "import")
_VALUES, _PASSAGES = "values.", "passages."
_SAID = (_VALUES, f"{ATTACHMENTS.name}.")
"""Paths of what an entry says, beside where it stands."""


class EntryStanding(NamedTuple):
    """One entry as it stood on a day; `due` is the deadline that held then, `settled_on` None while it was open."""

    state: str
    due: str | None
    opened_on: str
    settled_on: str | None


def edits(office: Office, current: Mapping[str, Any], moved: Mapping[str, Any]) -> dict[str, Any]:
    """The paths that an edit of one entry moves, with what follows for its passages: a new deadline, another done day.

    Every edit, import and pasted block comes through here; an undo takes back both together.
    """
    template = office.templates.get(current["template"])
    told = dict(moved)
    if template is None or not moved:
        return told
    held, today = current["passages"] or {}, office.today()
    values = current["values"] or {}
    due, done = f"{_VALUES}{template.due}", f"{_VALUES}{template.done}"
    if template.due and due in moved:
        followed = passages.deadline_moved(
            template, held, values.get(template.due), moved[due], by=office.actor.name, today=today, key=new_id()
        )
        told |= {f"{_PASSAGES}{key}": value for key, value in followed.items()}
    if template.done and done in moved:
        changed = passages.settling_moved(template, held, moved[done], today)
        for key, value in changed.items():
            path = f"{_PASSAGES}{key}"
            told[path] = {**told.get(path, value), "day": value["day"]}
    return told


def require_whole(office: Office, work: UnitOfWork) -> None:
    """Refuse an operation that leaves an entry without what its state asks for, whoever made it.

    Asked by the policy before every commit: edits, pasted blocks, imports and undo alike; a clearing for privacy and a
    merge are not asked. Raises `UserError` (`closed_entry`, `template_fault`).
    """
    touched = work.moved(KIND)
    if not touched:
        return
    for record, current in work.read(KIND, list(touched)).items():
        template = office.templates.get(current["template"])
        # What goes into the bin is asked nothing; what lies there may come back, so it keeps what its state asks for.
        if template is None or (current[BINNED] and BINNED in touched[record]):
            continue
        if work.nature in _TYPED and any(path.startswith(_VALUES) for path in touched[record]):
            ledger_templates.require_usable(template)
        known = passages.steps(current["passages"])
        if not known:
            continue
        # The row still says what it said before this operation: what follows is derived at its end.
        moved_on = known[-1].state != current["state"]
        said = {path for path in touched[record] if path.startswith(_SAID)}
        if said and not moved_on:
            _refuse_locked(template, current.get("number"), known[-1].state)
        columns = {split_row(path.removeprefix(_VALUES))[0] for path in said if path.startswith(_VALUES)}
        values = named.with_people(office, template, current["values"] or {})
        refusal = requirements.broken(template, values, known, None if moved_on else columns)
        if not refusal and work.nature in _TYPED:
            refusal = requirements.deadline_kept(template, current["state"], known, columns)
        if refusal:
            raise closed(template, current.get("number"), refusal.message, settled=_settled(template, known))


def refused(
    office: Office, template: LedgerTemplate, current: Mapping[str, Any], moved: Mapping[str, Any]
) -> Refusal | None:
    """Why these paths of one entry cannot be moved to these values, or None; nothing is written."""
    values = dict(current["values"] or {})
    changed = {path.removeprefix(_VALUES): value for path, value in moved.items() if path.startswith(_VALUES)}
    known = passages.steps(current["passages"])
    state = template.state_of(current["state"] or "")
    if changed and state is not None and state.locked:
        return Refusal("locked", f"“{state.label}”的条目已锁定，内容不能再改。")
    other = {name for name, value in changed.items() if value != values.get(name)}
    after = {name: value for name, value in (values | changed).items() if value is not None}
    touched = {split_row(name)[0] for name in changed}
    return requirements.broken(
        template, named.with_people(office, template, after), known, touched
    ) or requirements.deadline_kept(template, current["state"], known, other)


def _settled(template: LedgerTemplate, known: Sequence[passages.Step]) -> bool:
    return known[-1].state in passages.terminal_states(template)


def _refuse_locked(template: LedgerTemplate, number: str | None, key: str) -> None:
    state = template.state_of(key)
    if state is not None and state.locked:
        raise closed(template, number, f"“{state.label}”的条目已锁定，内容不能再改。", settled=True)


def closed(template: LedgerTemplate, number: str | None, message: str, *, settled: bool) -> UserError:
    """What a person is told whose edit would empty what a state asks for."""
    advice = "要改这些内容，请先写明原因重新打开这一条。" if settled else "请先把状态改回去，再改这些内容。"
    return UserError(
        "closed_entry",
        f"{template.title} {number or ''}：{message}".replace(" ：", "："),
        effect="没有保存，数据没有改动。",
        advice=advice,
    )


def on_day(office: Office, ids: Sequence[str], day: date) -> dict[str, EntryStanding]:
    """How entries stood on a day; one that was not opened by then is left out."""
    with office.database.read() as connection:
        used = queries_of_templates.used(connection)
        terminal = {key: passages.terminal_states(office.templates[key]) for key in used if key in office.templates}
        return {
            entry.id: EntryStanding(entry.state or "", entry.due, entry.opened_on or "", entry.settled_on)
            for entry in queries.standing(connection, day, terminal, ids)
        }
