"""Bulk export: many plain rows to an Excel or CSV file in seconds, text staying text."""

from __future__ import annotations

import csv
import os
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.base.progress import Progress

from .read_text import COMPUTED

Cell = str | int | float | None

# The format's last row; the header takes one on every sheet.
SHEET_ROWS = 1_048_576
_SHEET_NAME_LENGTH = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
# Control characters that XML cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OS_CODE = re.compile(r"\bOs \{ code: (\d+)|\(os error (\d+)\)")
_REPORT_EVERY = 5_000
_CELL_LENGTH = 32_767
# The environment is the whole program's.
_SCRATCH = threading.Lock()


def export_rows(
    path: Path,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    text_columns: Collection[int] = (),
    sheet_name: str = "数据",
    *,
    widths: Sequence[float] | None = None,
    sheet_rows: int = SHEET_ROWS,
    progress: Progress | None = None,
) -> int:
    """Write rows to `path` (.xlsx or .csv by its suffix), whole or not at all, and return how many there were.

    `text_columns` are positions (from 0) of columns such as ID number and phone that carry Excel's text format, so
    that they stay text when edited. No text ever becomes a formula. Beyond Excel's last row a further sheet is
    begun. `widths` are in Excel's characters. Raises `EnvironmentFault`, and `Cancelled` when asked to stop.

    CSV is UTF-8 with a byte order mark, every text quoted, values as they are: it is for other programs. A table
    program that opens it may cut long numbers and read a leading = as a formula; give people xlsx.
    """
    progress = progress or Progress()
    body = rows if isinstance(rows, Sequence) else list(rows)
    if path.suffix.lower() == ".csv":
        replace_file(path, lambda target: _write_csv(target, headers, body, progress))
    else:
        book = _Workbook(unique_headers(headers), set(text_columns), sheet_title(sheet_name), widths, sheet_rows)

        def write(target: Path) -> None:
            with _scratch_beside(target):
                book.write(target, body, progress)

        replace_file(path, write)
    return len(body)


@contextmanager
def _scratch_beside(target: Path) -> Iterator[None]:
    """Let the writer keep its rows, which are plain text, beside the file they become and not in a shared folder.

    It takes the folder from the environment only; its file has no name there and is its owner's alone.
    """
    with _SCRATCH:
        before = {name: os.environ.get(name) for name in ("TMPDIR", "TMP", "TEMP")}
        os.environ.update(dict.fromkeys(before, str(target.parent.absolute())))
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def unique_headers(headers: Sequence[str]) -> list[str]:
    """Headers with a number after those that occur again, because the writer tells columns apart by name."""
    seen: dict[str, int] = {}
    result = []
    for header in headers:
        name = clean_text(header) or "列"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return result


def sheet_title(text: str) -> str:
    """A sheet name that Excel accepts: without its forbidden signs, at most 31 characters, never empty."""
    return _NOT_IN_SHEET_NAMES.sub(" ", clean_text(text)).strip()[:_SHEET_NAME_LENGTH].strip() or "数据"


def clean_text(text: str) -> str:
    """Text without what a workbook cannot hold."""
    return _NOT_IN_XML.sub("", text)[:_CELL_LENGTH]


def _write_csv(target: Path, headers: Sequence[str], rows: Sequence[Sequence[Cell]], progress: Progress) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(headers)
        for at, row in enumerate(rows):
            if at % _REPORT_EVERY == 0:
                progress.report(at, len(rows), f"已写 {at} 行")
            writer.writerow(["" if cell is None else _harmless(cell) for cell in row])


def _harmless(cell: Cell) -> Cell:
    """Words that a spreadsheet would compute when it opens the text file keep an apostrophe in front."""
    computed = isinstance(cell, str) and len(cell) > 1 and cell[0] in COMPUTED
    return f"'{cell}" if computed else cell


class _Workbook:
    def __init__(
        self, names: list[str], text_columns: set[int], title: str, widths: Sequence[float] | None, sheet_rows: int
    ) -> None:
        self._names, self._text, self._title, self._body_rows = names, text_columns, title, sheet_rows - 1
        self._widths = list(widths) if widths is not None else [max(10.0, 2.0 * len(name) + 4) for name in names]

    def write(self, target: Path, rows: Sequence[Sequence[Cell]], progress: Progress) -> None:
        try:
            self._write(target, rows, progress)
        except BaseException as error:
            # The writer says a full disk by a panic, which is no Exception, or by its own words.
            system_error = _system_error(error)
            if system_error is not None:
                raise system_error from error
            # Cutting over-long texts costs a look at every cell, so it is done only when the writer met one.
            if not isinstance(error, RuntimeError) or "32,767" not in str(error):
                raise
            self._write(target, _Shortened(rows), progress)

    def _write(self, target: Path, rows: Sequence[Sequence[Cell]], progress: Progress) -> None:
        from rustpy_xlsxwriter import Format, write_worksheets

        starts = range(0, max(len(rows), 1), self._body_rows)
        titles = [_numbered(self._title, number) for number in range(1, len(starts) + 1)]
        formats = [Format().set_num_format("@") if at in self._text else Format() for at in range(len(self._names))]
        write_worksheets(
            [(title, self._records(rows, start, progress)) for title, start in zip(titles, starts, strict=True)],
            str(target),
            freeze_panes={"general": {"row": 1, "col": 0}},
            column_formats=dict.fromkeys(titles, formats),
            column_widths=dict.fromkeys(titles, self._widths),
            header_format={title: Format().set_bold().set_border_bottom("thin") for title in titles},
            autofilter={title: bool(rows) for title in titles},
        )

    def _records(self, rows: Sequence[Sequence[Cell]], start: int, progress: Progress) -> Iterator[dict[str, Cell]]:
        if not rows:
            # The header is taken from the first record; an empty one leaves the header alone on the sheet.
            yield dict.fromkeys(self._names)
        names, total = self._names, len(rows)
        for at in range(start, min(start + self._body_rows, total)):
            if at % _REPORT_EVERY == 0:
                progress.report(at, total, f"已写 {at} 行")
            yield dict(zip(names, rows[at], strict=True))


class _Shortened(Sequence[Sequence[Cell]]):
    """Rows whose texts are cut to what a cell can hold."""

    def __init__(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        return tuple(cell[:_CELL_LENGTH] if isinstance(cell, str) else cell for cell in self._rows[at])


def _system_error(error: BaseException) -> OSError | None:
    """The operating system's error that the writer wrapped in words, if that is what it was."""
    found = _OS_CODE.search(str(error))
    if found is None or isinstance(error, OSError) or type(error).__module__ not in ("pyo3_runtime", "builtins"):
        return None
    code = int(found[1] or found[2])
    return OSError(0, str(error), None, code) if os.name == "nt" else OSError(code, os.strerror(code))


def _numbered(title: str, number: int) -> str:
    return title if number == 1 else f"{title[: _SHEET_NAME_LENGTH - 5]}（{number}）"
