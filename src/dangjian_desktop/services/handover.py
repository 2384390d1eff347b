"""The sheet for a clerk who leaves, as pages for the preview and the printer."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dangjian_desktop.documents.handover import Handover, handover
from dangjian_desktop.domain.kinds import KINDS
from dangjian_desktop.exchange.pdf import preview as pages
from dangjian_desktop.exchange.pdf.render import render_pdf

from . import accounts, backups
from .office import Office
from .previewing import Preview


def preview(office: Office, leaving: str, taking_over: str) -> Preview:
    """The 交接单 of two named people; needs the permission to manage and is audited. No plain copy stays on disk."""
    told = accounts.handover(office, leaving, taking_over)
    counts = told["counts"]
    assert isinstance(counts, dict)
    operations = told["operations"]
    assert isinstance(operations, int)
    paper = Handover(
        office.name,
        leaving,
        taking_over,
        str(told["on"]),
        str(told["file"]),
        str(backups.folder(office)),
        [(KINDS[kind].label, number) for kind, number in counts.items()],
        operations,
        str(told["last_operation"]),
    )
    office.audit("handover", {"leaving": leaving, "taking_over": taking_over})
    document = handover(paper)
    with tempfile.TemporaryDirectory(prefix="djd-") as folder:
        path = Path(folder) / "preview.pdf"
        render_pdf(document, path)
        pdf = path.read_bytes()
    return Preview(document.title, tuple(pages.page_sizes(pdf)), pdf)
