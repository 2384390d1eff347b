"""Sheets as offices have them, in every format, and short words for what an import makes of them."""

from __future__ import annotations

import html
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.importing import ImportPlan
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from office_kit import id_number

Rows = Sequence[Sequence[object]]
HEADERS = ("姓名", "性别", "公民身份号码", "入党日期", "转正日期", "所在党支部", "手机号码")


def person(name: str, serial: int, branch: str = "第一党支部", **cells: object) -> list[object]:
    """One clean row under `HEADERS`."""
    usual: dict[str, object] = {
        "姓名": name,
        "性别": "男" if serial % 2 else "女",
        "公民身份号码": id_number(serial=serial),
        "入党日期": "1995-07-01",
        "转正日期": "1996-07-01",
        "所在党支部": branch,
        "手机号码": "",
    }
    return list((usual | cells).values())


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """An .xlsx with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def block(rows: Rows) -> str:
    """Rows as the clipboard of a spreadsheet holds them."""
    return "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n"


def old_workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A true .xls."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
    book.save(str(path))
    return path


def web_page(path: Path, rows: Rows) -> Path:
    """A web page that calls itself .xls."""
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    path.write_text(f"<html><meta charset=utf-8><table>{body}</table></html>", encoding="utf-8")
    return path


def open_document(path: Path, name: str, rows: Rows) -> Path:
    """A small .ods."""

    def cell(value: object) -> str:
        text = html.escape(str(value))
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def counts(plan: ImportPlan) -> list[int]:
    """New, updated, unchanged, conflict, rejected."""
    return list(plan.counts.values())


def told(plan: ImportPlan) -> list[tuple[int, str, str]]:
    """Row, column and severity of every problem."""
    return [(p.row, p.column, p.severity) for p in plan.problems]


def take(office: Office, kind: str, source: Path | str, **options: Any) -> ImportPlan:
    """Plan an import and carry it out."""
    plan = importing.prepare(office, kind, source, **options)
    importing.apply(office, plan)
    return plan


def again(office: Office, kind: str, source: Path | str, **options: Any) -> None:
    """The same import a second time changes nothing and leaves no operation."""
    before = history.operations(office)
    plan = importing.prepare(office, kind, source, **options)
    result = importing.apply(office, plan)
    assert (plan.counts["new"], plan.counts["updated"]) == (0, 0), [(r.row, r.status, r.moves) for r in plan.rows]
    assert (result.change_set, result.backup) == (None, None)
    assert history.operations(office) == before


def members(office: Office, *fields: str) -> dict[str, tuple[str, ...]]:
    """The wanted fields of all members by name, unmasked."""
    return listed(office, "member", "name", *fields)


def listed(
    office: Office, kind: str, key: str, *fields: str, template: str | None = None
) -> dict[str, tuple[str, ...]]:
    """The wanted fields of all records of a kind by one of them, unmasked."""
    ids = records.query(office, kind, template=template)
    rows = records.rows(office, kind, ids, [key, *fields], masked=False)
    return {row[key]: tuple(row[field] for field in fields) for row in rows}


def stored(office: Office, kind: str, key: str, value: str) -> dict[str, Any]:
    """The stored values of the record whose field `key` prints as `value`."""
    ids = records.query(office, kind)
    found = [row["id"] for row in records.rows(office, kind, ids, [key], masked=False) if row[key] == value]
    assert len(found) == 1, found
    return records.get(office, kind, found[0], masked=False).values


def reasons(plan: ImportPlan, row: int) -> str:
    """All that was said about one row."""
    return "\n".join(p.reason for p in plan.problems if p.row == row)


def columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Rows as lists, for building sheets out of parts."""
    return [list(row) for row in rows]
