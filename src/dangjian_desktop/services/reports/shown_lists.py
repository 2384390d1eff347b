"""Printing and exporting a list as it is shown: these rows, these columns, this order, by the road that shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.model import Align, Column, ColumnKind, Document
from dangjian_desktop.documents.shown_list import shown_list
from dangjian_desktop.documents.wording import MASKED_NOTE, MASKED_PHONES_NOTE
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.permissions import EXPORT, READ
from dangjian_desktop.exchange.pdf import preview as pages
from dangjian_desktop.services.office import practice
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.units import organisations

from .exporting import AS_TEXT, Cell, ExportResult, within_reach
from .previewing import Preview, Savable, drawn
from .reports import check_reason

_AT_ONCE = 2_000
_NUMBERS = (FieldType.ID_NUMBER, FieldType.PHONE)
_KINDS = {
    FieldType.ID_NUMBER: ColumnKind.CODE,
    FieldType.PHONE: ColumnKind.CODE,
    FieldType.DATE: ColumnKind.DATE,
    FieldType.MOMENT: ColumnKind.DATE,
}
_RIGHT = (FieldType.INTEGER, FieldType.MONEY, FieldType.YEARS)

RowReader = Callable[[Sequence[str], Sequence[str]], list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class ShownList:
    """What a list shows: ids in their order, columns in theirs, and `rows` that prints masked values of some ids.

    `limits` say in words what the list was narrowed to; `on` is the day whose values are shown, `scope` the unit.
    """

    kind: str
    title: str
    ids: Sequence[str]
    columns: Sequence[FieldSpec]
    rows: RowReader
    limits: Sequence[str] = ()
    scope: str | None = None
    on: date | None = None
    template: str | None = None
    measure: str = "条"


def export(
    office: Office,
    shown: ShownList,
    path: Path,
    *,
    masked: bool = True,
    reason: str | None = None,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the list to `path` (.xlsx or .csv by its suffix) under the headers of the screen; it is audited.

    Unmasked needs the permission to reveal and a `reason`. Raises `UsageError` (`bad_format`), `UserError` (`reason`,
    `not_allowed`) and `EnvironmentFault`.
    """
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError("bad_format", "导出的文件名要以 .xlsx 或 .csv 结尾。", effect="没有导出。")
    office.actor.require(EXPORT, shown.kind)
    check_reason(office, shown.kind, masked=masked, reason=reason)
    from dangjian_desktop.exchange.excel.export_rows import export_rows

    specs = shown.columns
    cells = (
        [_typed(spec, row.get(spec.name) or "") for spec in specs]
        for row in _printed(office, shown, masked=masked, progress=progress)
    )
    text = [at for at, spec in enumerate(specs) if spec.type in AS_TEXT]
    written = export_rows(
        path,
        [spec.label for spec in specs],
        cells,
        text,
        practice.stamped_title(office, shown.title),
        progress=progress,
    )
    detail = _detail(shown, written) | {"masked": masked, "reason": reason, "files": [path.name]}
    office.audit("export", detail)
    return ExportResult(path, written)


def paper(office: Office, shown: ShownList, *, progress: Progress | None = None) -> Document:
    """The list as a document, masked as on the screen; raises `UserError` (`not_allowed`)."""
    office.actor.require(READ, shown.kind)
    rows = [
        [row.get(spec.name) or "" for spec in shown.columns]
        for row in _printed(office, shown, masked=True, progress=progress)
    ]
    unit = organisations.names(office).get(shown.scope or office.scope or "", office.name)
    return shown_list(
        shown.title,
        [_column(spec) for spec in shown.columns],
        rows,
        measure=shown.measure,
        limits=shown.limits,
        unit=unit,
        filled_on=office.today().isoformat(),
        masked_note=_masked_note(shown.columns),
    )


def preview(office: Office, shown: ShownList, *, progress: Progress | None = None) -> Preview:
    """The pages of the list; printing them is audited. Raises `UserError` (`not_allowed`)."""
    document = paper(office, shown, progress=progress)
    document = practice.stamped(office, document)
    pdf, missing = drawn(document, progress or Progress())
    count = len(shown.ids)

    def told() -> None:
        office.audit("print", _detail(shown, count) | {"masked": True})

    def saved(path: Path) -> None:
        office.audit("export", _detail(shown, count) | {"masked": True, "files": [path.name]})

    savable = Savable(shown.title, document, lambda: office.actor.require(EXPORT, shown.kind), saved)
    return Preview(document.title, tuple(pages.page_sizes(pdf)), pdf, missing, _told=told, savable=savable)


def _detail(shown: ShownList, rows: int) -> dict[str, object]:
    return {"kind": shown.kind, "template": shown.template, "scope": shown.scope, "rows": rows}


def _printed(
    office: Office, shown: ShownList, *, masked: bool, progress: Progress | None
) -> Iterator[Mapping[str, str]]:
    """Rows as the screen prints them, never beyond the account's reach; in full where the numbers are asked for."""
    names = [spec.name for spec in shown.columns]
    ids = within_reach(office, shown.kind, shown.ids, shown.template)
    telling = progress or Progress()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        telling.report(start, len(ids), f"已读 {start} {shown.measure}")
        rows = shown.rows(some, names)
        if masked:
            yield from rows
            continue
        # What only the screen works out (counts, deadlines) stays as it is there.
        full = {row["id"]: row for row in records.rows(office, shown.kind, some, names, masked=False, on=shown.on)}
        yield from ({**row, **full.get(row["id"], {})} for row in rows)


def _typed(spec: FieldSpec, text: str) -> Cell:
    """Numbers as numbers, so that they can be summed up; everything else as it is printed."""
    if not text:
        return None
    if spec.type is FieldType.INTEGER and text.lstrip("-").isdigit():
        return int(text)
    if spec.type is FieldType.YEARS and text.removesuffix("年").isdigit():
        return int(text.removesuffix("年"))
    if spec.type is FieldType.MONEY:
        return float(text)
    return text


def _column(spec: FieldSpec) -> Column:
    align = Align.RIGHT if spec.type in _RIGHT else None
    return Column(spec.label, _KINDS.get(spec.type, ColumnKind.TEXT), align=align)


def _masked_note(columns: Sequence[FieldSpec]) -> str:
    if any(spec.type is FieldType.ID_NUMBER for spec in columns):
        return MASKED_NOTE
    return MASKED_PHONES_NOTE if any(spec.type in _NUMBERS for spec in columns) else ""
