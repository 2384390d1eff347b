"""The same document on other paper: A4 upright or lying, A3; tables are fitted to its width anew."""

from __future__ import annotations

from dataclasses import replace

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.documents.model import Document, PageBreak, PageSetup, Paper

PAPERS: dict[str, tuple[Paper, bool]] = {
    "A4竖": (Paper.A4, False),
    "A4横": (Paper.A4, True),
    "A3竖": (Paper.A3, False),
    "A3横": (Paper.A3, True),
}
"""What a person may ask for, with whether it lies."""
_SHORT = {"A4": "A4竖", "A3": "A3横"}


def paper_of(text: str) -> tuple[Paper, bool]:
    """The paper a person named: A4横, a3横, A3; raises `UsageError` (`bad_paper`)."""
    wanted = text.strip().upper().removesuffix("向")
    found = PAPERS.get(_SHORT.get(wanted, wanted))
    if found is None:
        raise UsageError("bad_paper", f"没有“{text}”这种纸。", advice=f"可选的纸：{'、'.join(PAPERS)}。")
    return found


def on_paper(document: Document, paper: Paper | None = None, *, landscape: bool | None = None) -> Document:
    """The document with every page on `paper` and in that direction; what is not given stays as it is."""

    def changed(setup: PageSetup) -> PageSetup:
        return replace(setup, paper=paper or setup.paper, landscape=setup.landscape if landscape is None else landscape)

    blocks = tuple(
        replace(block, setup=changed(block.setup)) if isinstance(block, PageBreak) and block.setup else block
        for block in document.blocks
    )
    return replace(document, page=changed(document.page), blocks=blocks)
