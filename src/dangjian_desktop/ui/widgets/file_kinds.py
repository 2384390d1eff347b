"""What file dialogs offer to choose: every filter is made here, so that none forgets a format the program reads."""

from __future__ import annotations

from collections.abc import Sequence

TABLE_SUFFIXES = (".xlsx", ".xls", ".et", ".xlsm", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html")
"""Endings of the tables that `exchange.excel.read_workbook` takes (it goes by the content, whatever the name)."""

FORM_SUFFIXES = (".xlsx", ".xlsm", ".et", ".xls")
"""Endings of superior's forms; an old one is opened too, for the sentence that says how to save it anew."""

ALL_FILES = "所有文件 (*)"


def file_filter(words: str, suffixes: Sequence[str]) -> str:
    """One line of a file dialog, e.g. `表格 (*.xlsx *.et)`; endings are matched in small and capital letters."""
    return f"{words} ({' '.join(f'*{suffix}' for suffix in (*suffixes, *map(str.upper, suffixes)))})"


def open_filter(words: str, suffixes: Sequence[str]) -> str:
    """The filter of a dialog that opens: these files, or all, for a name without its ending."""
    return f"{file_filter(words, suffixes)};;{ALL_FILES}"


def save_filter(words: str, suffix: str) -> str:
    """The filter of a dialog that writes one format."""
    return f"{words} (*{suffix})"


OPEN_TABLES = open_filter("表格（Excel、WPS、文本）", TABLE_SUFFIXES)
OPEN_FORMS = open_filter("上级的表格（Excel、WPS）", FORM_SUFFIXES)
OPEN_PICTURES = open_filter("照片", (".jpg", ".jpeg", ".png", ".bmp"))
OPEN_EVIDENCE = open_filter("照片、扫描件、PDF", (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".pdf"))
OPEN_DATA = open_filter("党建工作台数据", (".djd",))
OPEN_BACKUPS = open_filter("党建工作台备份", (".djb", ".zip"))
SAVE_WORKBOOK = save_filter("Excel 工作簿", ".xlsx")
SAVE_DATA = save_filter("党建工作台数据", ".djd")
SAVE_BACKUP = save_filter("党建工作台备份", ".djb")
SAVE_TEXT = save_filter("文本文件", ".txt")
