"""Attached files on paper: looked at in the preview, and printed from there."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.exchange.attached_pages import on_paper
from dangjian_desktop.exchange.pdf.preview import page_sizes
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attached_pictures
from dangjian_desktop.services.records.attachments import AttachedFile

from .previewing import Preview


def look(
    office: Office,
    kind: str,
    record: str,
    files: Sequence[AttachedFile],
    *,
    reason: str = "",
    progress: Progress | None = None,
) -> Preview:
    """The pages of attached files; printing them is audited, opening what shows certificates as well.

    Raises as `attached_pictures.pages`, and `UserError` (`nothing_to_show`).
    """
    pages, told = attached_pictures.pages(office, kind, record, files, reason=reason, progress=progress)
    if not pages:
        raise UserError("nothing_to_show", "这里没有能看的附件。", advice="其他文件请另存以后打开。")
    title = files[0].title if len(files) == 1 else f"{len(files)}个附件"
    pdf = on_paper(pages)
    names = [file.title for file in files]

    def printed() -> None:
        office.audit("print", {"kind": kind, "record": record, "files": names, "reason": reason})

    return Preview(title, tuple(page_sizes(pdf)), pdf, notes=tuple(told), _told=printed)
