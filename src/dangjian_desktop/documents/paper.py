"""The same document on other paper: A4 upright or lying, A3; tables are fitted to its width anew."""

from __future__ import annotations

from dataclasses import replace

from dangjian_desktop.documents.model import Document, PageBreak, PageSetup, Paper


def on_paper(document: Document, paper: Paper | None = None, *, landscape: bool | None = None) -> Document:
    """The document with every page on `paper` and in that direction; what is not given stays as it is."""

    def changed(setup: PageSetup) -> PageSetup:
        return replace(setup, paper=paper or setup.paper, landscape=setup.landscape if landscape is None else landscape)

    blocks = tuple(
        replace(block, setup=changed(block.setup)) if isinstance(block, PageBreak) and block.setup else block
        for block in document.blocks
    )
    return replace(document, page=changed(document.page), blocks=blocks)
