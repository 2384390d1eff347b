"""Attached files as pictures: small ones for a form, whole pages to look at and to print."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.services.office.office import Office

from . import attachments
from .attachments import AttachedFile

PICTURE, PDF = "jpg", "pdf"
"""What attached files are that can be looked at in the program: pictures are all kept as JPEG."""


def can_be_shown(file: AttachedFile) -> bool:
    """Whether the program shows it itself."""
    return file.type in (PICTURE, PDF)


def printable(office: Office, kind: str, record: str) -> list[AttachedFile]:
    """What goes behind the sheet of a record: pictures and PDFs, none that shows certificates."""
    return [each for each in attachments.listed(office, kind, record) if can_be_shown(each) and not each.restricted]


def face(office: Office, kind: str, record: str, file: AttachedFile) -> bytes | None:
    """A picture that stands for the file in a list; None for what shows certificates or cannot be shown."""
    from dangjian_desktop.exchange.attached_pages import pdf_face

    if file.restricted or not can_be_shown(file):
        return None
    content = attachments.content(office, kind, record, file.key)
    return content if file.type == PICTURE else pdf_face(content, file.title)


def pages(
    office: Office,
    kind: str,
    record: str,
    files: Sequence[AttachedFile],
    *,
    reason: str = "",
    progress: Progress | None = None,
) -> tuple[list[bytes], list[str]]:
    """All pages of the files as JPEG, and sentences about what is not among them.

    Raises as `attachments.content`, and `bad_pdf` where a single file cannot be shown.
    """
    from dangjian_desktop.exchange.attached_pages import pdf_pages

    found: list[bytes] = []
    told: list[str] = []
    telling = progress or Progress()
    for place, file in enumerate(files):
        telling.report(place, len(files), file.title)
        content = attachments.content(office, kind, record, file.key, reason=reason)
        if file.type == PICTURE:
            found.append(content)
            continue
        try:
            drawn = pdf_pages(content, file.title)
        except UserError as error:
            if len(files) == 1:
                raise
            told.append(error.message)
            continue
        found += drawn.pages
        if drawn.count > len(drawn.pages):
            told.append(f"“{file.title}”共{drawn.count}页，这里只有前{len(drawn.pages)}页；全文请另存。")
    return found, told
