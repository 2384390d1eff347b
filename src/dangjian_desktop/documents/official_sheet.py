"""An official paper as a plain document, for whoever wants its words in a workbook."""

from __future__ import annotations

from .model import Block, Document, Face, Heading, Paragraph, SignatureBlock, Table, chinese_date
from .official import OfficialPaper, numbered


def plain_document(paper: OfficialPaper) -> Document:
    """Title, numbered points, paragraphs, tables, issuer and date of a paper, without its official layout."""
    blocks: list[Block] = [Paragraph(f"{paper.addressee}：", indent=False)] if paper.addressee else []
    for block, heading in numbered(paper.body):
        if heading and isinstance(block, Paragraph):
            blocks.append(Heading(block.plain, 1 if block.runs[0].face is Face.HEADING else 2))
        elif isinstance(block, Paragraph | Table):
            blocks.append(block)
    if paper.issuer:
        blocks.append(SignatureBlock(paper.issuer, chinese_date(paper.dated), seal=False))
    return Document(paper.title, tuple(blocks), subtitle=paper.number, holders=paper.holders)
