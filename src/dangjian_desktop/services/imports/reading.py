"""From a file or a copied block to planned rows with stored values; nothing is matched yet."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.cell_text import cell_text
from dangjian_desktop.domain.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.kinds import KINDS
from dangjian_desktop.domain.ledgers import LedgerTemplate
from dangjian_desktop.domain.values import FieldReader, Problem, read_codes
from dangjian_desktop.exchange.excel.layout import SheetLayout, find_layout
from dangjian_desktop.exchange.excel.read_workbook import Sheet, read_block, read_workbook

from ..office import Office
from .plan import NEW, ImportPlan, PlannedRow, SheetInfo

SOURCES = {
    "roster": "member",
    "organisations": "organisation",
    "posts": "post",
    "meetings": "meeting",
}
LATER = ("dues", "admission", "transfers", "appraisal")
LEDGER_PREFIX = "ledger:"
MAPPING_SETTING = "import.mapping."

# An unreadable date, code or number keeps what was written beside the empty field.
_KEPT = (FieldType.DATE, FieldType.CODE, FieldType.INTEGER, FieldType.MONEY, FieldType.MOMENT, FieldType.PHONE)


@lru_cache(maxsize=1)
def _aliases() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    with resource("codes", "header_aliases.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["kind"], row["field"]), []).append(row["alias"])
    return {key: tuple(aliases) for key, aliases in found.items()}


def with_aliases(kind: KindSpec) -> KindSpec:
    """A kind whose fields also know the headers that offices use for them."""
    known = _aliases()
    fields = tuple(replace(f, aliases=f.aliases + known.get((kind.name, f.name), ())) for f in kind.fields)
    return replace(kind, fields=fields)


def ledger_kind(template: LedgerTemplate) -> KindSpec:
    """A ledger's columns as a kind, its own fields in front."""
    own = tuple(
        replace(f, importable=True, required=False) for f in KINDS["ledger_entry"].fields if f.name != "template"
    )
    taken = {f.name for f in template.columns}
    return KindSpec("ledger_entry", template.title, tuple(f for f in own if f.name not in taken) + template.columns)


def kind_of(office: Office, source: str) -> tuple[KindSpec, LedgerTemplate | None]:
    """The kind that an import KIND means; raises `UsageError` for an unknown or later one."""
    from ..ledgers import template

    if source.startswith(LEDGER_PREFIX):
        found = template(office, source.removeprefix(LEDGER_PREFIX))
        return with_aliases(ledger_kind(found)), found
    if source in LATER:
        raise UsageError("not_yet", f"“{source}”的导入尚未提供。")
    if source not in SOURCES:
        raise UsageError("unknown_kind", f"不能导入“{source}”。可导入：{'、'.join(SOURCES)}、ledger:台账。")
    return with_aliases(KINDS[SOURCES[source]]), None


def read_source(source: Path | str) -> list[Sheet]:
    """All sheets of a file, or the one of a copied block (a text with tabs or line breaks)."""
    return read_workbook(source) if isinstance(source, Path) else [read_block(source)]


def layouts(
    office: Office,
    sheets: Sequence[Sheet],
    kind: KindSpec,
    *,
    only: str | None,
    mapping: Mapping[str, str | None] | None,
) -> list[SheetLayout]:
    """The sheets that hold records of a kind; a mapping corrected before for the same headers is used again."""
    if only is not None:
        sheets = [s for s in sheets if s.name == only]
        if not sheets:
            raise UserError("no_sheet", f"文件里没有名为“{only}”的工作表。")
    found = []
    for sheet in sheets:
        layout = find_layout(sheet, kind, mapping=mapping)
        if layout is not None and mapping is None:
            remembered = office.setting(MAPPING_SETTING + layout.fingerprint)
            if remembered:
                layout = find_layout(sheet, kind, mapping=remembered, header_row=layout.header_row) or layout
        if layout is not None:
            found.append(layout)
    if not found:
        raise UserError(
            "no_header",
            f"没有找到{kind.label}的表头。",
            effect="没有导入任何内容。",
            advice="请确认表里有“姓名”“公民身份号码”一类的列名，或下载空表照填。",
        )
    return found


def read_mapping(office: Office, text: str | None) -> dict[str, str | None] | None:
    """A mapping given as a JSON file or by the name under which it was kept."""
    if text is None:
        return None
    path = Path(text)
    if path.is_file():
        try:
            mapping = json.loads(path.read_text("utf-8-sig"))
        except ValueError:
            raise UserError("bad_mapping", f"“{path.name}”不是列对应文件。") from None
    else:
        mapping = office.setting(MAPPING_SETTING + text)
    if not isinstance(mapping, dict):
        raise UserError("bad_mapping", f"没有名为“{text}”的列对应。")
    return {str(k): None if v in (None, "") else str(v) for k, v in mapping.items()}


def read_rows(office: Office, plan: ImportPlan, layout: SheetLayout, kind: KindSpec, progress: Progress) -> None:
    """Read one sheet's data rows into the plan: values by field, problems by cell."""
    sheet = layout.sheet
    rows = [PlannedRow(sheet.name, index + 1, NEW, "", {}) for index in layout.data]
    plan.sheets.append(
        SheetInfo(
            sheet.name,
            layout.header_row,
            layout.columns,
            layout.hidden_rows,
            layout.fingerprint,
            len(rows),
            list(layout.headers),
        )
    )
    specs = {f.name: f for f in kind.fields}
    mapped = [name for name in layout.fields if name]
    for done, name in enumerate(mapped):
        progress.report(done, len(mapped), f"正在读取“{sheet.name}”")
        _read_column(office, layout, specs[name], rows)
    _check_total(plan, layout)
    plan.rows.extend(rows)


def _read_column(office: Office, layout: SheetLayout, spec: FieldSpec, rows: Sequence[PlannedRow]) -> None:
    header = layout.header_of(spec.name)
    cells = layout.cells(spec.name)
    if spec.name == "categories":
        _read_categories(office, header, cells, rows)
        return
    reader = FieldReader(spec, office.codes, on=office.today(), date1904=layout.sheet.date1904, header=header)
    reading = reader.read_column(cells, layout.displays(spec.name))
    name = spec.name
    for row, value in zip(rows, reading.values, strict=True):
        if value is not None:
            row.values[name] = value
    for place, result in reading.remarks.items():
        row = rows[place]
        shown = cell_text(cells[place])
        if result.error:
            if spec.required:
                row.refuse(header, shown, result.error)
            else:
                row.warn(header, shown, result.error)
        elif result.warning:
            row.warn(header, shown, result.warning)
        if result.original and result.value is None and spec.type in _KEPT:
            row.values.setdefault("originals", {})[name] = result.original


def _read_categories(office: Office, header: str, cells: Sequence[object], rows: Sequence[PlannedRow]) -> None:
    for row, cell in zip(rows, cells, strict=True):
        if cell in (None, ""):
            continue
        codes, unknown = read_codes(office.codes, "category", cell)
        if codes:
            row.values["categories"] = codes
        for word in unknown:
            row.warn(header, cell_text(cell), f"没有“{word}”这个党员分类，这一项没有读入")


def _check_total(plan: ImportPlan, layout: SheetLayout) -> None:
    """A total row is no record, but what it says must fit what was read."""
    for index in layout.totals:
        row = layout.sheet.rows[index]
        words = "".join(c for c in row if isinstance(c, str))
        numbers = [int(c) for c in row if isinstance(c, int | float) and not isinstance(c, bool) and c == int(c)]
        numbers += [int(d) for d in _people_in(words)]
        if len(numbers) == 1 and numbers[0] != len(layout.data) and ("合计" in words or "总计" in words):
            plan.notes.append(
                Problem(
                    index + 1,
                    "",
                    cell_text(words),
                    f"合计写的是{numbers[0]}，本表读到{len(layout.data)}行，请核对",
                    "warning",
                    layout.sheet.name,
                )
            )


def _people_in(words: str) -> list[str]:
    return re.findall(r"(\d+)\s*[人名]", words)


def unit_text(layout: SheetLayout, index: int) -> list[str]:
    """What the sheet says about a row's unit beside its own column: the dividing line above, the title, its name."""
    section = layout.sections.get(index)
    return ([section] if section else []) + layout.unit_names


def blank(values: Mapping[str, Any], name: str) -> bool:
    """Whether a field was left empty; a blank cell never erases."""
    return values.get(name) in (None, "")
