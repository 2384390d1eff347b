"""操作记录: worded undo and redo, undo of chosen rows months later, one record's history, clearing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.changes import ChangeSet
from dangjian_desktop.domain.fields import FieldSpec
from dangjian_desktop.domain.kinds import KINDS
from dangjian_desktop.domain.permissions import CLEAR, READ
from dangjian_desktop.storage import clearing
from dangjian_desktop.storage import undo as storage_undo
from dangjian_desktop.storage.queries import history as queries
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.history import ChangeLine

from .office import Office
from .printing import Printer
from .records import require_within
from .typing_in import field_specs

SET_LABELS = {
    "memberships": "组织关系",
    "categories": "党员分类",
    "attendance": "到会",
    "former": "曾用值",
    "values": "栏目",
    "originals": "原文",
    "binned": "回收站",
}
CLEARED = "已按期清除"


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
class ChangeRow:
    """One change as people read it; `cell` names it for undoing this row alone."""

    at: str
    by: str
    device: str
    operation: int
    operation_label: str
    kind: str
    record: str
    title: str
    field: str
    label: str
    before: str
    after: str
    cell: tuple[str, str | None]


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


def operations(office: Office, limit: int = 100, before: int | None = None) -> list[OperationRow]:
    """The newest operations first; `before` pages on."""
    office.actor.require(READ)
    with office.database.read() as connection:
        return [OperationRow(*line) for line in queries.operations(connection, limit, before)]


def operation_detail(office: Office, number: int, limit: int = 2_000) -> list[ChangeRow]:
    """What one operation changed, row by row."""
    office.actor.require(READ)
    with office.database.read() as connection:
        lines = queries.changes_of(connection, number, limit)
    return _readable(office, lines)


def history(office: Office, kind: str, record: str) -> list[ChangeRow]:
    """Everything that happened to one record, oldest first."""
    office.actor.require(READ, kind)
    with office.database.read() as connection:
        found = listing.rows(connection, kind, [record], ["organisation"])
        if not found:
            raise UserError("not_found", f"没有找到这条{KINDS[kind].label}记录（{record}）。")
        require_within(office, kind, found[0])
        lines = queries.history(connection, kind, record)
    return _readable(office, lines)


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

    `only` limits it to cells of the operation, as (record id, path). Raises `UserError` (`nothing_to_undo`,
    `not_found`, `cannot_undo`).
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
    """Blank declared fields for privacy, in the records and in the log; cannot be undone."""
    office.actor.require(CLEAR, kind)
    if not reason.strip():
        raise UserError("reason", "清除资料要写明依据。")
    with office.operation(f"按期清除{len(records)}条{KINDS[kind].label}资料", nature="clear") as work:
        clearing.clear(work, kind, records, fields)
    office.audit("clear", {"kind": kind, "records": len(records), "fields": list(fields), "reason": reason})
    return work.change_set


def _newest(office: Office, pick: Callable[..., Any]) -> Any | None:
    with office.database.read() as connection:
        return pick(connection, office.actor.name, queries.own_origins(connection))


def _label(office: Office, pick: Callable[..., Any]) -> str | None:
    row = _newest(office, pick)
    return None if row is None else str(row.label).removeprefix("撤销：") if row.nature == "undo" else str(row.label)


def _operation(office: Office, number: int) -> Any:
    with office.database.read() as connection:
        row = queries.operation(connection, number)
        if row is None:
            raise UserError("not_found", f"没有编号为{number}的操作。")
        if row.nature == "clear":
            raise UserError("cannot_undo", "按期清除的资料不能恢复。", effect="数据没有改动。")
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
        result = storage_undo.revert(work, target, only)
    kept = _kept(office, result.kept)
    fields = list(dict.fromkeys(path or kind for kind, _, path in result.kept))
    if work.change_set is None:
        raise NothingUndone(f"“{worded}”的内容后来又改过或正被使用，没有可以撤销的部分。", kept, fields)
    return UndoResult([worded], kept, work.change_set, fields)


def _kept(office: Office, kept: Sequence[tuple[str, str, str | None]]) -> list[str]:
    named: list[str] = []
    with office.database.read() as connection:
        titles = {
            kind: listing.titles(connection, kind, [r for k, r, _ in kept if k == kind])
            for kind in {k for k, *_ in kept}
        }
    for kind, record, path in kept:
        title = titles[kind].get(record) or KINDS[kind].label
        if path is None:
            named.append(f"{title}：正被其他记录使用，未撤销")
        else:
            named.append(f"{title} {_path_label(office, kind, path)}：后来又改过，未撤销")
    return named


def _path_label(office: Office, kind: str, path: str) -> str:
    head, _, key = path.partition(".")
    if head == "values":
        for template in office.templates.values():
            for column in template.columns:
                if column.name == key:
                    return column.label
    if head in SET_LABELS:
        return SET_LABELS[head]
    return KINDS[kind].field(head).label if head in KINDS[kind].names() else head


def _readable(office: Office, lines: Sequence[ChangeLine]) -> list[ChangeRow]:
    with office.database.read() as connection:
        titles = {
            kind: listing.titles(connection, kind, sorted({n.record for n in lines if n.kind == kind}))
            for kind in {n.kind for n in lines}
        }
    printer = Printer(office, masked=True)
    readable = []
    for line in lines:
        if (line.path or "").startswith("former."):
            continue
        readable.append(
            ChangeRow(
                line.at,
                line.by,
                line.device,
                line.operation,
                line.label,
                line.kind,
                line.record,
                titles[line.kind].get(line.record, ""),
                line.path or "",
                "新建" if line.path is None else _path_label(office, line.kind, line.path),
                CLEARED if line.cleared else _text(office, printer, line, line.before),
                CLEARED if line.cleared else _text(office, printer, line, line.after),
                (line.record, line.path),
            )
        )
    return readable


def _text(office: Office, printer: Printer, line: ChangeLine, value: Any) -> str:
    if line.path is None or value is None:
        return ""
    head, _, key = line.path.partition(".")
    spec = _spec(office, line.kind, key if head == "values" else head)
    if isinstance(value, dict):
        return _set_text(office, printer, head, value)
    if head == "binned":
        return "在回收站" if value else "正常"
    return printer.text(spec, value) if spec else str(value)


def _set_text(office: Office, printer: Printer, head: str, value: dict[str, Any]) -> str:
    if head == "attendance":
        shown = office.codes.name("presence", value.get("presence"))
        return f"{shown}（{value['reason']}）" if value.get("reason") else shown
    if head == "categories":
        return office.codes.name("category", value.get("category"))
    organisation = printer.text(KINDS["member"].field("organisation"), value.get("organisation"))
    ended = f"，至{value['to_on']}" if value.get("to_on") else ""
    return f"{organisation}（自{value.get('from_on') or '建账'}{ended}）"


def _spec(office: Office, kind: str, name: str) -> FieldSpec | None:
    if kind == "ledger_entry":
        for template in office.templates.values():
            for spec in field_specs(office, kind, template.key):
                if spec.name == name:
                    return spec
    return next((s for s in KINDS[kind].fields if s.name == name), None)
