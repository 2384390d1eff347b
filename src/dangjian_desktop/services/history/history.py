"""操作记录: worded undo and redo, undo of chosen rows months later, one record's history, clearing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.fields import VALUES, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import CLEAR, LOG, READ
from dangjian_desktop.domain.values.partial_dates import parse_date
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attached
from dangjian_desktop.services.records.policies import policy_of
from dangjian_desktop.services.records.records import require_visible
from dangjian_desktop.storage import clearing
from dangjian_desktop.storage import log_history as queries
from dangjian_desktop.storage import undo as storage_undo
from dangjian_desktop.storage.log_history import Sight
from dangjian_desktop.storage.queries import listing

from .change_text import ChangeRow, path_label, readable

__all__ = [
    "ChangeRow",
    "NothingUndone",
    "OperationRow",
    "UndoResult",
    "clear",
    "history",
    "operation_detail",
    "operations",
    "redo",
    "redo_label",
    "undo",
    "undo_label",
]


LABELS = "labels"
"""Asked to be cleared like a field: the worded labels of operations that hold the record's name."""


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation as listed."""

    id: int
    label: str
    nature: str
    at: str
    by: str
    device: str
    undone: bool
    records: dict[str, int]


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What an undo did: worded labels, and the fields it left because they were edited later."""

    undone: list[str]
    kept: list[str] = field(default_factory=list)
    change_set: ChangeSet | None = None
    kept_fields: list[str] = field(default_factory=list)


class NothingUndone(UserError):
    """`cannot_undo`: every field was edited later or is in use; `kept_fields` and `kept` say which."""

    def __init__(self, message: str, kept: list[str], kept_fields: list[str]) -> None:
        super().__init__("cannot_undo", message, effect="数据没有改动。")
        self.kept = kept
        self.kept_fields = kept_fields


def operations(office: Office, limit: int = 100, before: int | None = None, text: str = "") -> list[OperationRow]:
    """The newest operations first; `before` pages on.

    With `text` those in which each of its words stands: in the label, the account, the day (2026-09, 2026-09-30) or
    the name of a person, unit, meeting or entry that was touched.

    An account limited to a unit sees its own operations and those that touched a record of its units.
    """
    office.actor.require(READ, LOG)
    with office.database.read() as connection:
        return [
            OperationRow(*line) for line in queries.operations(connection, limit, before, _sight(office), _words(text))
        ]


def _words(text: str) -> list[str]:
    # A day is written in many ways and kept in one.
    return [parse_date(word).value or word for word in text.split()]


def _sight(office: Office) -> Sight:
    return Sight(office.actor.name, office.actor.scope, ledger_templates.closed_to(office))


def operation_detail(office: Office, number: int, limit: int = 2_000) -> list[ChangeRow]:
    """What one operation changed, row by row, as far as this account sees the records."""
    office.actor.require(READ, LOG)
    with office.database.read() as connection:
        lines = queries.changes_of(connection, number, limit, _sight(office))
    return readable(office, lines)


def history(office: Office, kind: str, record: str) -> list[ChangeRow]:
    """Everything that happened to one record, oldest first."""
    office.actor.require(READ, kind)
    with office.database.read() as connection:
        found = listing.rows(connection, kind, [record], ["organisation", "template"])
        if not found:
            raise UserError("not_found", f"没有找到这条{KINDS[kind].label}记录（{record}）。")
        require_visible(office, kind, found[0])
        lines = queries.history(connection, kind, record)
    return readable(office, lines)


def undo_label(office: Office) -> str | None:
    """What Ctrl+Z would undo, or None."""
    return _label(office, storage_undo.newest_undoable)


def redo_label(office: Office) -> str | None:
    """What Ctrl+Y would do again, or None."""
    return _label(office, storage_undo.newest_redoable)


def undo(
    office: Office,
    *,
    steps: int = 1,
    operation: int | None = None,
    only: Collection[tuple[str, str | None]] | None = None,
) -> UndoResult:
    """Undo the newest `steps` operations of this account on this device, or one chosen operation.

    `only` limits it to cells of the operation, as (record id, path). Whoever may not see or write everything that
    goes back is refused. Raises `UserError` (`nothing_to_undo`, `not_found`, `cannot_undo`, `not_allowed`,
    `out_of_scope`).
    """
    if operation is not None:
        return _undo_one(office, _operation(office, operation), only)
    undone: list[str] = []
    kept: list[str] = []
    fields: list[str] = []
    last: ChangeSet | None = None
    for _ in range(steps):
        row = _newest(office, storage_undo.newest_undoable)
        if row is None:
            break
        result = _undo_one(office, row, None)
        undone += result.undone
        kept += result.kept
        fields += result.kept_fields
        last = result.change_set
    if not undone:
        raise UserError("nothing_to_undo", "没有可以撤销的操作。")
    return UndoResult(undone, kept, last, fields)


def redo(office: Office) -> UndoResult:
    """Do again what was undone last."""
    row = _newest(office, storage_undo.newest_redoable)
    if row is None:
        raise UserError("nothing_to_redo", "没有可以重做的操作。")
    label = row.label.removeprefix("撤销：")
    return _revert(office, row.id, f"重做：{label}", "redo", row.id, None, label)


def clear(office: Office, kind: str, records: Sequence[str], fields: Sequence[str], reason: str) -> ChangeSet | None:
    """Blank declared fields for privacy, in the records and in the log; cannot be undone.

    What was written in a cell that could not be read, and what a dated field was before, go with the field. A name
    goes from the worded labels of operations too; `LABELS` among `fields` does that alone.
    """
    office.actor.require(CLEAR, kind)
    if not reason.strip():
        raise UserError("reason", "清除资料要写明依据。")
    files = attached.keys_of(office, records) if _pictures(kind, fields) else set()
    # Also files that were taken off before: each record gives up every one that it ever had.
    gone = {r: attached.attachments_of(office, [r]) for r in records} if ATTACHMENTS.name in fields else {}
    plain = [name for name in fields if name not in (ATTACHMENTS.name, LABELS)]
    with office.operation(f"按期清除{len(records)}条{KINDS[kind].label}资料", nature="clear") as work:
        for record, row in work.read(kind, records).items():
            clearing.clear(work, kind, [record], [*plain, *_companions(row, fields), *gone.get(record, ())])
            if LABELS in fields or _NAMES & set(fields):
                clearing.clear_labels(work, kind, [record], _names(row))
    office.database.empty_wal()
    attached.erase(office, files | {key for found in gone.values() for key in found.values()})
    office.audit("clear", {"kind": kind, "records": len(records), "fields": list(fields), "reason": reason})
    return work.change_set


def _pictures(kind: str, fields: Sequence[str]) -> bool:
    return any(spec.type is FieldType.PICTURE and spec.name in fields for spec in KINDS[kind].fields)


_NAMES = frozenset({"name", "former_name", "person_name", "title"})
"""Fields that the worded labels of operations repeat: cleared, they go from the labels too."""


def _names(row: Mapping[str, Any]) -> set[str]:
    """What a record is or was called, as labels repeat it."""
    was = {str(old.get("value")) for old in (row.get("former") or {}).values() if old["attribute"] in _NAMES}
    return was | {str(row[name]) for name in _NAMES if row.get(name)}


def _companions(row: Mapping[str, Any], fields: Sequence[str]) -> list[str]:
    """The paths beside cleared fields that tell the same: the sheet's own words, and former values."""
    kept = [f"originals.{name}" for name in row.get("originals") or {} if name in fields]
    return kept + [f"former.{key}" for key, was in (row.get("former") or {}).items() if was["attribute"] in fields]


def _newest(office: Office, pick: Callable[..., Any]) -> Any | None:
    with office.database.read() as connection:
        return pick(connection, office.actor.name, queries.own_origins(connection, office.identity.device))


def _label(office: Office, pick: Callable[..., Any]) -> str | None:
    row = _newest(office, pick)
    return None if row is None else str(row.label).removeprefix("撤销：") if row.nature == "undo" else str(row.label)


def _operation(office: Office, number: int) -> Any:
    with office.database.read() as connection:
        row = queries.operation(connection, number, _sight(office))
        if row is None:
            raise UserError("not_found", f"没有编号为{number}的操作。")
        if row.nature == "clear":
            raise UserError("cannot_undo", "按期清除的资料不能恢复。", effect="数据没有改动。")
        if row.nature == "found":
            raise UserError("cannot_undo", "数据文件从这一步建起，不能撤销。", effect="数据没有改动。")
        if storage_undo.undone_by(connection, number) is not None:
            raise UserError("already_undone", f"“{row.label}”已经撤销过。", effect="数据没有改动。")
    return row


def _undo_one(office: Office, row: Any, only: Collection[tuple[str, str | None]] | None) -> UndoResult:
    if only is not None:
        return _revert(office, row.id, f"撤销部分内容：{row.label}", "edit", None, only, row.label)
    label = f"撤销：{row.label.removeprefix('重做：')}"
    return _revert(office, row.id, label, "undo", row.id, None, row.label)


def _revert(
    office: Office,
    target: int,
    label: str,
    nature: str,
    undoes: int | None,
    only: Collection[tuple[str, str | None]] | None,
    worded: str,
) -> UndoResult:
    with office.operation(label, nature=nature, undoes=undoes) as work:
        _refuse_unseen(office, work.connection, target, only, worded)
        result = storage_undo.revert(work, target, only)
    kept = _kept(office, result.kept)
    fields = list(dict.fromkeys(path or kind for kind, _, path in result.kept))
    if work.change_set is None:
        raise NothingUndone(f"“{worded}”的内容后来又改过或正被使用，没有可以撤销的部分。", kept, fields)
    return UndoResult([worded], kept, work.change_set, fields)


def _refuse_unseen(
    office: Office, connection: Any, target: int, only: Collection[tuple[str, str | None]] | None, worded: str
) -> None:
    """What an account may not see it does not take back either; what it may not write, the unit of work refuses."""
    chosen = None if only is None else {record for record, _ in only}
    why = queries.unseen(connection, target, _sight(office), chosen)
    if why is None:
        return
    what = "不能打开的台账" if why == queries.CLOSED else "范围以外的党组织的资料"
    raise UserError(
        "not_allowed" if why == queries.CLOSED else "out_of_scope",
        f"“{worded}”也改了您的账户{what}，不能撤销。",
        effect="数据没有改动。",
        advice="可以到操作记录里，只选看得见的几行撤销；整个撤销请让管理员办理。",
    )


def _kept(office: Office, kept: Sequence[tuple[str, str, str | None]]) -> list[str]:
    named: list[str] = []
    with office.database.read() as connection:
        titles = {
            kind: policy_of(kind).titles(office, connection, [r for k, r, _ in kept if k == kind])
            for kind in {k for k, *_ in kept}
        }
        entries = [r for k, r, _ in kept if VALUES in KINDS[k].maps]
        templates = ledger_templates.templates_of(office, connection, entries)
    for kind, record, path in kept:
        title = titles[kind].get(record) or KINDS[kind].label
        if path is None:
            named.append(f"{title}：正被其他记录使用，未撤销")
        else:
            named.append(f"{title} {path_label(kind, path, templates.get(record))}：后来又改过，未撤销")
    return named
