"""Empty sheets, where a workbook goes, and the import review, for every page that lists records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...base.progress import Progress
from ..shell.context import PageContext
from ..widgets.file_kinds import SAVE_WORKBOOK

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from .import_review import ImportReview


def empty_sheet(context: PageContext, owner: QWidget, source: str, title: str) -> None:
    """Write a sheet to be filled in and imported; `source` is the kind as imports name it."""
    target = workbook_path(context, "空表存到", f"{title}（空表）.xlsx")
    if target is None:
        return

    office = context.office

    def write(_progress: Progress) -> None:
        from dangjian_desktop.services.imports import importing

        importing.write_empty_sheet(source, target, office.templates.get(source.removeprefix("ledger:")))

    context.runner.start(
        "生成空表",
        write,
        lambda _none: context.shell.done(f"空表已存为“{target.name}”，填好后可以导入", undo=False),
        failed=context.dialogs.error,
        owner=owner,
        writes=False,
    )


def workbook_path(context: PageContext, title: str, name: str) -> Path | None:
    """Where to write a workbook; the ending is added when the person left it out."""
    path = context.dialogs.save_file(title, name, SAVE_WORKBOOK)
    if path is None or path.suffix.lower() in (".xlsx", ".csv"):
        return path
    return path.with_name(path.name + ".xlsx")


def import_review() -> type[ImportReview]:
    """The import review; call it in a worker, for the readers of workbooks come along with it."""
    from .import_review import ImportReview

    return ImportReview
