"""Where in a document a text stands, so that a fault in it can be mended in the record it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dangjian_desktop.documents.model import Cell, Column, ColumnKind, Document, Row, Table, cell_text, document_texts

_NAMED_BY = 2


class Place(NamedTuple):
    """A text, the place it stands in as people would say it, and the id of its record where the document knows it."""

    text: str
    where: str
    record: str = ""


def document_places(document: Document) -> Iterator[Place]:
    """Every text with its place: cells of tables by row, all else by the title."""
    listed: set[str] = set()
    for table in document.tables():
        for place in table_places(table, table.caption or document.title):
            listed.add(place.text)
            yield place
    for text in document_texts(document):
        if text not in listed:
            yield Place(text, document.title)


def table_places(table: Table, title: str) -> Iterator[Place]:
    """The texts of the rows, e.g. 党员花名册第3行（3 张某某）."""
    number = 0
    for group in table.sections():
        inside = f"{title}“{group.label}”" if group.label else title
        for index, row in enumerate(group.rows):
            number += 1
            record = group.records[index] if index < len(group.records) else ""
            texts = [cell for cell in row if isinstance(cell, str) and cell]
            if texts:
                where = f"{inside}第{number}行（{_named(table.columns, row)}）"
                yield from (Place(text, where, record) for text in texts)


def _named(columns: tuple[Column, ...], row: Row) -> str:
    """The first cells that say which row it is; numbers alone do not."""
    cells: list[tuple[Column, Cell]] = [pair for pair in zip(columns, row, strict=True) if pair[1] not in (None, "")]
    shown = [cell_text(cell, column.kind) for column, cell in cells if column.kind is not ColumnKind.CODE]
    return " ".join(shown[:_NAMED_BY])
