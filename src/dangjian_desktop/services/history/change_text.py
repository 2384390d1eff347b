"""Changes of the log as people read them: whose field, what it was, what it became; masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.passages import passage_words
from dangjian_desktop.domain.ledgers.rows import EDITION, is_row, split_row
from dangjian_desktop.domain.records.attachments import ATTACHMENTS, in_words
from dangjian_desktop.domain.records.fields import VALUES, FieldSpec, FieldType, is_sensitive
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.terms import TERM_FIELDS
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.services.ledgers import named
from dangjian_desktop.services.ledgers.ledger_templates import seen_by, templates_of
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records.policies import policy_of
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.storage.attachments import name_of
from dangjian_desktop.storage.log_history import ChangeLine
from dangjian_desktop.storage.queries import listing

SET_LABELS = {
    "memberships": "组织关系",
    "categories": "党员分类",
    "attendance": "到会",
    "passages": "流转",
    "attachments": "附件",
    "former": "曾用值",
    "terms": "任期",
    "values": "栏目",
    "originals": "原文",
    "binned": "回收站",
}
CLEARED = "已按期清除"
UNSEEN = "（您的账户看不到这一列）"


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


def readable(office: Office, lines: Sequence[ChangeLine]) -> list[ChangeRow]:
    """The lines in words; what a dated field was before goes with the field and has no line of its own."""
    with office.database.read() as connection:
        titles = {
            kind: policy_of(kind).titles(office, connection, sorted({n.record for n in lines if n.kind == kind}))
            for kind in {n.kind for n in lines}
        }
        entries = [n.record for n in lines if VALUES in KINDS[n.kind].maps]
        whole = templates_of(office, connection, entries)
        templates = {entry: seen_by(office, template) for entry, template in whole.items()}
        specs = [_spec(line.kind, line.path, templates.get(line.record)) for line in lines]
        people = listing.titles(connection, "member", _keyed_members(lines))
        people |= named.of_values(office, connection, _referring(lines, specs))
        people |= named.names_in(office, connection, _child_rows(lines, templates))
    printer = Printer(office, masked=True, named=people)

    def told(line: ChangeLine, spec: FieldSpec | None, value: Any) -> str:
        template = templates.get(line.record)
        if value is not None and _unseen(line, template, whole.get(line.record)):
            return UNSEEN
        return CLEARED if line.cleared else _text(office, printer, line, spec, value, template)

    return [
        ChangeRow(
            line.at,
            line.by,
            line.device,
            line.operation,
            mask_numbers(line.label),
            line.kind,
            line.record,
            titles[line.kind].get(line.record, ""),
            line.path or "",
            _label(line, templates.get(line.record), people),
            told(line, spec, line.before),
            told(line, spec, line.after),
            (line.record, line.path),
        )
        for line, spec in zip(lines, specs, strict=True)
        if not (line.path or "").startswith("former.")
    ]


def _unseen(line: ChangeLine, seen: LedgerTemplate | None, whole: LedgerTemplate | None) -> bool:
    """Whether a change is of a column or a list of child rows that this role does not see."""
    head, _, key = (line.path or "").partition(".")
    if seen is whole or seen is None or whole is None or head not in (VALUES, "originals"):
        return False
    name = split_row(key)[0]
    known, shown = ({*(c.name for c in t.columns), *(r.name for r in t.rows)} for t in (whole, seen))
    return name in known and name not in shown


def _label(line: ChangeLine, template: LedgerTemplate | None, people: Mapping[str, str]) -> str:
    if line.path is None:
        return "新建"
    label = path_label(line.kind, line.path, template)
    who = people.get(line.path.partition(".")[2]) if _keyed_by_member(line) else None
    return f"{label}：{who}" if who else label


def path_label(kind: str, path: str, template: LedgerTemplate | None) -> str:
    """What people call a path of a record."""
    head, _, key = path.partition(".")
    if head == VALUES and key == EDITION:
        return "模板版次"
    if head == VALUES and is_row(key):
        rows = template.row_list(split_row(key)[0]) if template else None
        return rows.label if rows else split_row(key)[0]
    spec = _spec(kind, path, template)
    if head in SET_LABELS and (spec is None or not key):
        return SET_LABELS[head]
    if spec is None:
        return head
    return f"{spec.label}（原文）" if head == "originals" else spec.label


def _spec(kind: str, path: str | None, template: LedgerTemplate | None) -> FieldSpec | None:
    """The field behind a path; what was written originally is shown, and masked, like the field it stands for."""
    head, _, key = (path or "").partition(".")
    name = key if head in ("values", "originals") else head
    columns = template.columns if template is not None else ()
    return next((s for s in (*columns, *KINDS[kind].fields) if s.name == name), None)


def _keyed_members(lines: Sequence[ChangeLine]) -> list[str]:
    """Ids of the members whose attendance was marked."""
    return list(dict.fromkeys((line.path or "").partition(".")[2] for line in lines if _keyed_by_member(line)))


def _referring(
    lines: Sequence[ChangeLine], specs: Sequence[FieldSpec | None]
) -> Iterator[tuple[FieldSpec | None, Any]]:
    for line, spec in zip(lines, specs, strict=True):
        yield spec, line.before
        yield spec, line.after


def _child_rows(lines: Sequence[ChangeLine], templates: Mapping[str, LedgerTemplate]) -> Iterator[dict[str, Any]]:
    """Child rows before and after, as entries that hold nothing else."""
    for line in lines:
        head, _, key = (line.path or "").partition(".")
        if head == VALUES and is_row(key) and line.record in templates:
            for kept in (line.before, line.after):
                yield {"template": templates[line.record].key, "values": {key: kept}}


def _keyed_by_member(line: ChangeLine) -> bool:
    head = (line.path or "").partition(".")[0]
    return any(each.name == head and each.key is FieldType.MEMBER for each in KINDS[line.kind].sets)


def _text(
    office: Office,
    printer: Printer,
    line: ChangeLine,
    spec: FieldSpec | None,
    value: Any,
    template: LedgerTemplate | None,
) -> str:
    if line.path is None or value is None:
        return ""
    head = line.path.partition(".")[0]
    if (own := policy_of(line.kind).told(line.path, value)) is not None:
        return own
    if isinstance(value, Mapping):
        if head == ATTACHMENTS.name:
            return in_words(dict(value))
        if head == "passages":
            return mask_numbers(passage_words(template, value))
        if head == VALUES:
            rows = template.row_list(split_row(line.path.partition(".")[2])[0]) if template else None
            return printer.child_row(rows, value) if rows else mask_numbers(str(dict(value)))
        return mask_numbers(_set_text(office, printer, head, value))
    if spec is not None and spec.type is FieldType.PICTURE:
        return f"照片（{name_of(bytes.fromhex(str(value)))[:6]}）"
    if head == "binned":
        return "在回收站" if value else "正常"
    if head == "originals" and spec is not None and not is_sensitive(spec):
        return mask_numbers(str(value))
    return printer.text(spec, value) if spec else mask_numbers(str(value))


def _set_text(office: Office, printer: Printer, head: str, value: Mapping[str, Any]) -> str:
    if head == "attendance":
        shown = office.codes.name("presence", value.get("presence"))
        return f"{shown}（{value['reason']}）" if value.get("reason") else shown
    if head == "categories":
        return _category_text(office, value)
    if head == "terms":
        return _term_text(printer, value)
    organisation = printer.text(KINDS["member"].field("organisation"), value.get("organisation"))
    ended = f"，至{value['to_on']}" if value.get("to_on") else ""
    return f"{organisation}（自{value.get('from_on') or '建账'}{ended}）"


def _term_text(printer: Printer, value: Mapping[str, Any]) -> str:
    told = []
    for name, part in TERM_FIELDS.items():
        if value.get(part) is not None:
            spec = KINDS["organisation"].field(name)
            told.append(f"{spec.label}{printer.text(spec, value[part])}")
    return "，".join(told)


def _category_text(office: Office, value: Mapping[str, Any]) -> str:
    begun = f"自{value['from_on']}" if value.get("from_on") else ""
    ended = f"至{value['to_on']}" if value.get("to_on") else ""
    told = "，".join(part for part in (begun, ended, value.get("reason") or "") if part)
    shown = office.codes.name("category", value.get("category"))
    return f"{shown}（{told}）" if told else shown
