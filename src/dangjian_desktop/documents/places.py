"""Where in a document a text stands, so that a fault in it can be mended in the record it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dangjian_desktop.documents.model import Cell, Column, ColumnKind, Document, Row, Table, cell_text, document_texts

_NAMED_BY = 2


class PlacedText(NamedTuple):
    """A text, the place it stands in as people would say it, and the id of its record where the document knows it."""

    text: str
    where: str
    record: str = ""


class Holders:
    """Leads a character in a text back to the records whose names hold it."""

    def __init__(self, names: Sequence[Mapping[str, str]]) -> None:
        self._names = names
        self._with: dict[str, list[tuple[str, str]]] = {}

    def of(self, char: str, text: str, record: str) -> list[tuple[str, str]]:
        """Ids and names of the records whose names stand in the text with this character in them.

        Where none is known, or `record` is one of them, it is `record` alone, without a name.
        """
        if char not in self._with:
            self._with[char] = [(each, name) for names in self._names for each, name in names.items() if char in name]
        found = dict(pair for pair in self._with[char] if pair[1] in text)
        return list(found.items()) if found and record not in found else [(record, "")]


def document_places(document: Document) -> Iterator[PlacedText]:
    """Every text with its place: cells of tables by row, all else by the title."""
    listed: set[str] = set()
    for table in document.tables():
        for place in table_places(table, table.caption or document.title):
            listed.add(place.text)
            yield place
    for text in document_texts(document):
        if text not in listed:
            yield PlacedText(text, document.title)


def table_places(table: Table, title: str) -> Iterator[PlacedText]:
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
                yield from (PlacedText(text, where, record) for text in texts)


def _named(columns: tuple[Column, ...], row: Row) -> str:
    """The first cells that say which row it is; numbers alone do not."""
    cells: list[tuple[Column, Cell]] = [pair for pair in zip(columns, row, strict=True) if pair[1] not in (None, "")]
    shown = [cell_text(cell, column.kind) for column, cell in cells if column.kind is not ColumnKind.CODE]
    return " ".join(shown[:_NAMED_BY])
