"""Any table file an office may have becomes plain sheets, read in a process of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.values.characters import cleaned
from dangjian_desktop.exchange.apart import parent

from . import read_text
from .read_sheet import MergedRange, Sheet
from .sheet_frames import RowsCame, sheets_from

__all__ = ["MergedRange", "RowsCame", "Sheet", "read_block", "read_workbook"]

_TWICE = ("memory", "damaged")
_SOON = 2.5  # seconds within which the native reader dies where it takes a lie for a size


def read_workbook(path: Path, progress: Progress | None = None, ahead: RowsCame | None = None) -> list[Sheet]:
    """All sheets of a file, told by its content and not by its name.

    Takes .xlsx, .xls, .et, .xlsb, .ods, CSV or tab-separated text (UTF-8, UTF-16, GB18030) and web pages saved as
    .xls. `ahead` is told of rows as they come: the sheet so far, and the index of the first new row; what else is
    known of a sheet comes after its rows. Raises `UserError` (`file_not_found`, `file_empty`, `file_encrypted`,
    `file_unreadable`) or `EnvironmentFault`, each one plain sentence, and `Cancelled` as soon as `progress` is.
    """
    path = Path(path)
    size = openable_size(path)
    began = time.monotonic()
    try:
        return _read(path, size, progress, ahead, careful=False)
    except parent.ReaderDied as death:
        if death.why not in _TWICE or time.monotonic() - began > _SOON:
            raise
        # The native reader ends the whole process on some files; the exact one may still read them.
        return _read(path, size, progress, ahead, careful=True)


def _read(path: Path, size: int, progress: Progress | None, ahead: RowsCame | None, *, careful: bool) -> list[Sheet]:
    arguments = {"path": str(path.absolute()), "name": path.name, "careful": careful}
    try:
        return sheets_from(parent.stream("workbook", arguments, name=path.name, size=size, progress=progress), ahead)
    except ValueError:
        raise parent.ReaderDied("damaged", path.name) from None


def openable_size(path: Path) -> int:
    """The size of a file that can be opened; raises `UserError` or `EnvironmentFault` with the reason why not."""
    try:
        with path.open("rb") as file:
            file.read(1)
            return os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise UserError("file_not_found", f"找不到文件“{path.name}”。", advice="请核对路径和U盘。") from None
    except IsADirectoryError:
        raise UserError("file_unreadable", f"“{path.name}”是文件夹，不是表格。") from None
    except PermissionError:
        raise _not_permitted(path) from None
    except OSError as problem:
        raise UserError("file_unreadable", f"“{path.name}”读不出来：{problem.strerror or '磁盘出错'}。") from None


def _not_permitted(path: Path) -> EnvironmentFault:
    # Windows answers the same whether another program holds the file or the account may not read it.
    beside = [path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")]
    if os.name == "nt" or any(mark.exists() for mark in beside):
        return EnvironmentFault("file_in_use", f"“{path.name}”正被WPS或Excel打开，请关闭后再试。")
    return EnvironmentFault("no_permission", f"没有读取“{path.name}”的权限。")


def read_block(text: str) -> Sheet:
    """A block copied from a sheet: cells parted by tabs, quoted where they hold line breaks.

    Raises `UserError` (`file_empty`) when there is nothing in it.
    """
    rows = read_text.read_separated(text, "\t" if "\t" in text else None)
    if not text.strip():
        raise UserError(
            "file_empty", "剪贴板里没有表格内容。", advice="请在WPS或Excel里选中要导入的格子，复制后再粘贴。"
        )
    return Sheet("粘贴的内容", [[cleaned(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
