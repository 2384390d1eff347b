"""What can be imported, from where, and which of a workbook's sheets hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.imports import header_aliases
from dangjian_desktop.domain.ledgers.columns import CHOICES
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldType, KindSpec
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.exchange.excel.read_workbook import RowsCame, Sheet, read_block, read_workbook
from dangjian_desktop.exchange.excel.remarks import told
from dangjian_desktop.exchange.excel.tables import find_layouts
from dangjian_desktop.services.ledgers.child_rows import ROWS_MARK
from dangjian_desktop.services.office.office import Office

from .plan import ImportPlan

SOURCES = {
    "roster": "member",
    "organisations": "organisation",
    "posts": "post",
    "meetings": "meeting",
}
LATER = ("dues", "admission", "transfers", "appraisal")
LEDGER_PREFIX = "ledger:"
MAPPING_SETTING = "import.mapping."

Mapped = Mapping[str, str | None]
"""Header to field, or to None for a column that is not read."""

_OWN_SHEETS = ("填写说明", "可选内容")
_TABLE_WIDTH, _TABLE_ROWS = 3, 2


@lru_cache(maxsize=1)
def _aliases() -> header_aliases.Aliases:
    return header_aliases.load(resource("codes"))


def ledger_kind(template: LedgerTemplate) -> KindSpec:
    """A ledger's columns as a kind, its own fields in front; states are chosen by their label."""
    taken = {f.name for f in template.columns}
    states = CHOICES + "|".join(state.label for state in template.states)
    own = []
    for spec in KINDS["ledger_entry"].fields:
        if spec.name == "state":
            spec = replace(spec, importable=True, type=FieldType.CODE, codes=states)
        if spec.name != "template" and spec.name not in taken:
            own.append(replace(spec, required=False))
    return KindSpec("ledger_entry", template.title, (*own, *template.columns))


def kind_of(office: Office, source: str) -> tuple[KindSpec, LedgerTemplate | None]:
    """The kind that an import KIND means, its fields knowing the headers offices use, and its ledger's template.

    Raises `UsageError` for an unknown or later one.
    """
    from dangjian_desktop.services.ledgers.child_rows import find, rows_kind
    from dangjian_desktop.services.ledgers.ledger_templates import seen_by, template

    if source.startswith(LEDGER_PREFIX):
        key, _, rows = source.removeprefix(LEDGER_PREFIX).partition(ROWS_MARK)
        found = seen_by(office, template(office, key))
        if rows:
            return rows_kind(found, find(found, rows)), found
        return header_aliases.with_aliases(ledger_kind(found), _aliases()), found
    if source in LATER:
        raise UsageError("not_yet", f"“{source}”的导入尚未提供。")
    if source not in SOURCES:
        raise UsageError("unknown_kind", f"不能导入“{source}”。可导入：{'、'.join(SOURCES)}、ledger:台账。")
    return header_aliases.with_aliases(KINDS[SOURCES[source]], _aliases()), None


def key_field(kind: KindSpec, template: LedgerTemplate | None) -> str:
    """The field without which a sheet cannot hold this kind: the name, the post, the beginning, the title column."""
    if template is not None:
        return template.title_column if template.title_column in kind.names() else "number"
    return {"post": "post", "meeting": "started_at"}.get(kind.name, "name")


def read_source(source: Path | str, progress: Progress | None = None, ahead: RowsCame | None = None) -> list[Sheet]:
    """All sheets of a file, or the one of a copied block (a text with tabs or line breaks).

    `ahead` is told of the rows of a file as they come.
    """
    return read_workbook(source, progress, ahead) if isinstance(source, Path) else [read_block(source)]


def layouts(
    office: Office,
    plan: ImportPlan,
    sheets: Sequence[Sheet],
    kind: KindSpec,
    key: str,
    *,
    only: str | None,
    mapping: Mapped | None,
    skip_hidden: bool = False,
) -> list[SheetLayout]:
    """The tables that hold records of a kind; a mapping corrected before for the same headers is used again.

    A sheet that is a table of something else is left out, and so is a hidden one where that was asked; the plan's
    notes say so.
    """
    if only is not None:
        sheets = [s for s in sheets if s.name == only]
        if not sheets:
            raise UserError("no_sheet", f"文件里没有名为“{only}”的工作表。", effect="没有导入任何内容。")
    chosen = None if mapping is None else _checked(kind, mapping)
    found = [(sheet, _tables(office, sheet, kind, chosen)) for sheet in sheets]
    with_key = any(key in layout.fields for _, tables in found for layout in tables)
    kept: list[SheetLayout] = []
    for sheet, tables in found:
        own = [layout for layout in tables if key in layout.fields or not with_key]
        if own and not sheet.visible and only is None and _leave_hidden(plan, sheet, own, skip=skip_hidden):
            continue
        if own:
            kept += own
            for remark in told(sheet):
                plan.note(sheet.name, remark.row, remark.cells, remark.text)
        elif sheet.name not in _OWN_SHEETS and sheet.visible and _is_table(sheet):
            plan.note(sheet.name, 1, "", f"工作表“{sheet.name}”里没有找到“{kind.field(key).label}”列，整张表没有读取")
    if not kept:
        raise _no_header(kind, key)
    return kept


def _leave_hidden(plan: ImportPlan, sheet: Sheet, tables: Sequence[SheetLayout], *, skip: bool) -> bool:
    """Tell of a hidden sheet, and whether it stays out."""
    rows = sum(len(layout.data) for layout in tables)
    plan.hidden_sheets.append(sheet.name)
    did = "没有读" if skip else "也读了；不要它的话可以不读隐藏的工作表"
    plan.note(sheet.name, tables[0].header_row, "", f"工作表“{sheet.name}”是隐藏的，里面有{rows}行资料，{did}")
    return skip


def _no_header(kind: KindSpec, key: str) -> UserError:
    wanted = dict.fromkeys([kind.field(key).label, *(f.label for f in kind.fields if f.required and f.importable)])
    return UserError(
        "no_header",
        f"没有找到{kind.label}的表头。",
        effect="没有导入任何内容。",
        advice=f"请确认表里有{'、'.join(f'“{label}”' for label in wanted)}一类的列名，或在导入这一页要一张空表照填。",
    )


def tables_of(office: Office, sheet: Sheet, kind: KindSpec, mapping: Mapped | None) -> list[SheetLayout]:
    """The tables of one sheet as `layouts` finds them; empty for a mapping that it would refuse."""
    try:
        chosen = None if mapping is None else _checked(kind, mapping)
    except UserError:
        return []
    return _tables(office, sheet, kind, chosen)


def _tables(office: Office, sheet: Sheet, kind: KindSpec, mapping: Mapped | None) -> list[SheetLayout]:
    tables = find_layouts(sheet, kind, mapping=mapping)
    if len(tables) != 1 or mapping is not None:
        return tables
    remembered = office.setting(MAPPING_SETTING + tables[0].fingerprint)
    if not remembered:
        return tables
    # A field that a later version no longer has must not bar the sheet.
    names = set(kind.names())
    known = {header: name for header, name in remembered.items() if name is None or name in names}
    return find_layouts(sheet, kind, mapping=known, header_row=tables[0].header_row) or tables


def _is_table(sheet: Sheet) -> bool:
    wide = [row for row in sheet.rows if sum(cell not in (None, "") for cell in row) >= _TABLE_WIDTH]
    return len(wide) >= _TABLE_ROWS


def _checked(kind: KindSpec, mapping: Mapped) -> dict[str, str | None]:
    """The mapping with field keys; fields may be named by their label too."""
    labels = {spec.label: spec.name for spec in kind.fields}
    names = {spec.name for spec in kind.fields if spec.importable}
    checked = {}
    for header, field in mapping.items():
        name = field if field is None or field in names else labels.get(field)
        if field is not None and name not in names:
            raise UserError(
                "bad_mapping",
                f"列对应里的“{field}”不是{kind.label}可以导入的字段。",
                effect="没有导入任何内容。",
                advice="可先查看字段清单。",
            )
        checked[header] = name
    return checked


def read_mapping(office: Office, text: str) -> dict[str, str | None]:
    """A mapping given as a JSON file or by the fingerprint under which it was kept."""
    path = Path(text)
    if path.is_file():
        try:
            mapping = json.loads(path.read_text("utf-8-sig"))
        except (ValueError, RecursionError):
            raise UserError("bad_mapping", f"“{path.name}”不是列对应文件。") from None
    else:
        mapping = office.setting(MAPPING_SETTING + text)
    if not isinstance(mapping, dict):
        raise UserError("bad_mapping", f"没有名为“{text}”的列对应。")
    return {str(k): None if v in (None, "") else str(v) for k, v in mapping.items()}
