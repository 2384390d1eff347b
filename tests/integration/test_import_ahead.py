"""A sheet is checked while the rest of it is still on its way: with the same result, and stopped as quickly."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.exchange.apart import parent, wire
from dangjian_desktop.exchange.excel import sheet_frames
from dangjian_desktop.exchange.excel.read_sheet import Sheet
from dangjian_desktop.exchange.excel.read_workbook import read_workbook
from dangjian_desktop.services.imports import ahead, importing, sources
from dangjian_desktop.services.imports.importing import ImportPlan
from dangjian_desktop.services.office.office import Office
from import_kit import HEADERS, Rows, person, workbook
from office_kit import STREET, add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def people(first: int, count: int, **cells: object) -> list[list[object]]:
    return [person(f"王{chr(0x4E00 + number)}", number, **cells) for number in range(first, first + count)]  # type: ignore[arg-type]


def framed(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Let sheets come in parts of so many rows, as a long one does."""
    monkeypatch.setattr(sheet_frames, "_ROWS_A_PART", rows)
    monkeypatch.setattr(ahead, "_LONG", 1)

    def in_parts(path: Path, progress: Progress | None, came: sheet_frames.RowsCame | None) -> list[Sheet]:
        parts = [part for sheet in read_workbook(path, progress) for part in sheet_frames.parts_of(sheet)]
        return sheet_frames.sheets_from(((wire.PART, wire.load(wire.dump(part))) for part in parts), came)

    monkeypatch.setattr(sources, "read_workbook", in_parts)


def told(plan: ImportPlan) -> list[Any]:
    rows = [(r.sheet, r.row, r.status, r.title, r.values, r.fields, sorted(r.weak), r.problems) for r in plan.rows]
    return [rows, plan.sheets, plan.notes, plan.unread, plan.questions, plan.hidden_sheets, plan.units]


def merged(path: Path) -> Path:
    """A title over all columns, a header of two rows, and a branch that is written once for three people."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["党员花名册"])
    sheet.merge_cells("A1:G1")
    sheet.append(["姓名", "性别", "公民身份号码", "组织关系", "", "", "手机号码"])
    sheet.append(["", "", "", "入党日期", "转正日期", "所在党支部", ""])
    sheet.merge_cells("D2:F2")
    for letter in "ABCG":
        sheet.merge_cells(f"{letter}2:{letter}3")
    for row in people(1, 7):
        sheet.append(row)
    sheet.merge_cells("F4:F6")
    sheet["F4"], sheet["F8"] = "第二党支部", "第三党支部"
    sheet.merge_cells("F8:F9")
    book.save(path)
    return path


def shown(path: Path) -> Path:
    """Dates of which the sheet shows the month alone: what is shown comes after all rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(HEADERS))
    for row in people(1, 9):
        sheet.append([*row[:3], date(1995, 7, 1), *row[4:]])
        sheet.cell(sheet.max_row, 4).number_format = "yyyy-mm"
    book.save(path)
    return path


SHEETS: dict[str, dict[str, Rows]] = {
    "plain": {"名册": [HEADERS, *people(1, 11)]},
    "a header below titles": {"名册": [["党员花名册"], ["填报单位：某某街道"], [""], [""], HEADERS, *people(1, 7)]},
    "several sheets": {
        "甲": [HEADERS, *people(1, 7)],
        "说明": [["一二三"], ["四五六"]],
        "乙": [HEADERS[::-1], *(row[::-1] for row in people(20, 7))],
    },
    "lines that name branches": {
        "名册": [
            HEADERS[:5],
            ["第一党支部"],
            *(row[:5] for row in people(1, 2)),
            ["第二党支部"],
            *(row[:5] for row in people(5, 3)),
            ["第三党支部"],
            *(row[:5] for row in people(9, 4)),
        ]
    },
    "cells that say little or nothing": {
        "名册": [
            HEADERS,
            *people(1, 3, 入党日期="不详"),
            *people(4, 3, 转正日期="1996年"),
            *people(7, 3, 公民身份号码="123"),
            *people(10, 2, 手机号码="没有"),
            ["合计", "", "", "", "", "", "12人"],
        ]
    },
    "sexes as numbers": {"名册": [HEADERS, *people(1, 5, 性别=1), *people(6, 4, 性别=0)]},
    "two tables below each other": {
        "名册": [HEADERS, *people(1, 4), [""], HEADERS[::-1], *(row[::-1] for row in people(9, 4))]
    },
    "two tables side by side": {
        "名册": [[*HEADERS, *HEADERS], *([*a, *b] for a, b in zip(people(1, 6), people(11, 6), strict=True))]
    },
}


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
@pytest.mark.parametrize("case", [*SHEETS, "merged", "shown"])
def test_what_is_read_ahead_is_what_is_read(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, size: int
) -> None:
    add_member(office, "王已有", add_branch(office, "第一党支部"), serial=3)
    path = tmp_path / "名册.xlsx"
    path = {"merged": merged, "shown": shown}[case](path) if case not in SHEETS else workbook(path, SHEETS[case])
    whole = importing.prepare(office, "roster", path, create_orgs_under=STREET)
    framed(monkeypatch, size)
    assert without_ids(told(importing.prepare(office, "roster", path, create_orgs_under=STREET))) == without_ids(
        told(whole)
    )
    assert whole.rows


def without_ids(told: list[Any]) -> str:
    """New units have ids of their own in each plan."""
    known: dict[str, str] = {}
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", lambda found: known.setdefault(found[0], f"#{len(known)}"), repr(told))


def test_a_plain_roster_is_read_while_it_comes(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "名册.xlsx", SHEETS["plain"])
    framed(monkeypatch, 4)
    given: list[bool] = []
    own = ahead.ReadAhead.reading

    def spied(self: ahead.ReadAhead, *asked: Any) -> Any:
        found = own(self, *asked)
        given.append(found is not None)
        return found

    monkeypatch.setattr(ahead.ReadAhead, "reading", spied)
    importing.prepare(office, "roster", path, create_orgs_under=STREET)
    assert given == [True] * len(HEADERS)


def reader_that_says(monkeypatch: pytest.MonkeyPatch, folder: Path, then: str) -> Path:
    """Let the reader's process send the first rows of a sheet and then do something else; returns a file to read."""
    sheet = Sheet("名册", [list(row) for row in [HEADERS, *people(1, 8_191)]])
    bodies = [wire.dump(part) for part in list(sheet_frames.parts_of(sheet))[:2]]
    frames = folder / "frames"
    frames.write_bytes(b"".join(wire.HEAD.pack(wire.PART, len(body)) + body for body in bodies))
    code = f"import os,sys,time; sys.stdout.buffer.write(open(sys.argv[1],'rb').read()); sys.stdout.flush(); {then}"
    monkeypatch.setattr(parent, "command", lambda: [sys.executable, "-c", code, str(frames)])
    return workbook(folder / "名册.xlsx", {"名册": [HEADERS]})


def test_a_reader_that_dies_in_the_middle_is_one_sentence(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = reader_that_says(monkeypatch, tmp_path, "os._exit(1)")
    with pytest.raises(UserError) as died:
        importing.prepare(office, "roster", path, create_orgs_under=STREET)
    assert died.value.code == "file_unreadable" and "“名册.xlsx”读不出来" in died.value.message


@pytest.mark.parametrize("late", [False, True])
def test_cancelling_in_the_middle_ends_it_at_once(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    path = reader_that_says(monkeypatch, tmp_path, "time.sleep(600)")
    running: list[Any] = []

    def stop(_done: int, _total: int, text: str) -> None:
        # While rows are being read, or once all that came was read and nothing more comes.
        if text.startswith("正在读取"):
            threading.Timer(0.1, progress.cancel).start() if late else progress.cancel()

    progress = Progress(stop)

    own = parent._Reader.__enter__

    def entered(self: Any) -> Any:
        running.append(self)
        return own(self)

    monkeypatch.setattr(parent._Reader, "__enter__", entered)
    with pytest.raises(Cancelled):
        importing.prepare(office, "roster", path, create_orgs_under=STREET, progress=progress)
    assert running and all(reader._process.poll() is not None for reader in running), "no reader is left behind"
