"""Filling a form in place: only the bytes of the filled cells change, everything else is copied as it is.

A round trip through a spreadsheet library would lose what that library does not know (text boxes, newer kinds of
validation and formatting, printer settings, words in several fonts), so the sheet's XML is edited cell by cell.
"""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.domain.forms.form_sheets import Place, Value, block_of, column_name, ref_of
from dangjian_desktop.exchange.apart import wire

from .form_read import FormFile, OpenForm, ask, open_form
from .form_scan import CellSpan, RowSpan, SheetScan

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORGET = object()

Cell = tuple[str, Place]
"""A cell by its sheet's name and its place."""


class _Edit(NamedTuple):
    start: int
    stop: int
    content: bytes


def write_form(
    source: FormFile,
    target: Path,
    filled: Mapping[Cell, Value],
    computed: Mapping[Cell, Value],
    stale: frozenset[Cell] = frozenset(),
) -> None:
    """Write the form with `filled` cells by (sheet, place) to `target`.

    `computed` are the new results of formulas, whose stored values would otherwise be those of the empty form;
    `stale` are formulas that depend on filled cells but could not be computed here: their stored value is left out.
    The workbook is told to compute everything when it is opened. Raises `EnvironmentFault` as `replace_file`.
    """
    content = filled_form(source, filled, computed, stale)

    def write(path: Path) -> None:
        path.write_bytes(content)

    replace_file(target, write)


def filled_form(
    source: FormFile,
    filled: Mapping[Cell, Value],
    computed: Mapping[Cell, Value],
    stale: frozenset[Cell] = frozenset(),
) -> bytes:
    """The bytes of the filled form, made and read again in a process of its own.

    Raises `UserError` (`form_unreadable`).
    """
    edits = wire.pack(_Filling(filled, computed, stale))
    return wire.unpack(bytes, ask("form filled", {"edits": edits}, source.content, source.form.name))


@dataclass(frozen=True)
class _Filling:
    """What is put into a form: as `write_form` says."""

    filled: Mapping[Cell, Value]
    computed: Mapping[Cell, Value]
    stale: frozenset[Cell]


def filled_in_child(arguments: Mapping[str, Any], content: bytes, _emit: Callable[[Any], None]) -> Any:
    """The form in `content` with `edits` put into it."""
    edits = wire.unpack(_Filling, arguments["edits"])
    filled = _filled(open_form(content, arguments["name"]), edits.filled, edits.computed, edits.stale)
    open_form(filled, arguments["name"])
    return wire.pack(filled)


def _filled(
    source: OpenForm,
    filled: Mapping[Cell, Value],
    computed: Mapping[Cell, Value],
    stale: frozenset[Cell],
) -> bytes:
    cells: dict[str, dict[Place, Value]] = defaultdict(dict)
    results: dict[str, dict[Place, object]] = defaultdict(dict)
    for (sheet, place), value in filled.items():
        cells[sheet][place] = value
    for (sheet, place), value in computed.items():
        results[sheet][place] = value
    for sheet, place in stale:
        results[sheet][place] = _FORGET
    changed = {
        source.parts[sheet]: _edited(source.scans[sheet], cells[sheet], results[sheet])
        for sheet in source.parts
        if sheet in cells or sheet in results
    }
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(source.content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename in changed:
                content = changed[entry.filename]
            elif entry.filename == "xl/workbook.xml":
                content = _computed_on_load(content)
            new.writestr(entry, content, entry.compress_type)
    return out.getvalue()


def _computed_on_load(xml: bytes) -> bytes:
    """The workbook part, asking for all formulas to be computed when it is opened."""
    found = re.search(rb"<(?:\w+:)?calcPr\b[^>]*?(?=/?>)", xml)
    if found:
        kept = re.sub(rb"\s+fullCalcOnLoad=(?:\"[^\"]*\"|'[^']*')", b"", found[0])
        return xml[: found.start()] + kept.rstrip() + b' fullCalcOnLoad="1"' + xml[found.end() :]
    for name in (rb"definedNames", rb"externalReferences", rb"functionGroups", rb"sheets"):
        closing = re.search(rb"</(\w+:)?" + name + rb">", xml)
        if closing:
            prefix = closing[1] or b""
            return xml[: closing.end()] + b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>' + xml[closing.end() :]
    return xml


def _edited(found: SheetScan, cells: Mapping[Place, Value], results: Mapping[Place, object]) -> bytes:
    """The sheet's XML with some cells exchanged or added."""
    known = {span.place: span for row in found.rows for span in row.cells}
    edits = [_exchanged(found, known[place], value) for place, value in cells.items() if place in known]
    edits += [_result(found, known[place], value) for place, value in results.items() if place in known]
    missing: dict[int, dict[int, Value]] = defaultdict(dict)
    for place, value in cells.items():
        if place not in known:
            missing[place[0]][place[1]] = value
    edits += _added(found, missing, cells)
    edits += _wider_dimension(found, cells)
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda e: (e.start, e.stop)):
        pieces += [found.xml[at : edit.start], edit.content]
        at = edit.stop
    return b"".join([*pieces, found.xml[at:]])


def _exchanged(found: SheetScan, span: CellSpan, value: Value) -> _Edit:
    kept = {name: text for name, text in span.attributes.items() if name in ("s", "ph")}
    return _Edit(span.start, span.stop, _cell(found.prefix, ref_of(span.place), kept, value))


def _cell(prefix: str, ref: str, attributes: Mapping[str, str], value: Value) -> bytes:
    """One cell: numbers as numbers, text as a text of its own."""
    said = "".join(f' {name}="{escape(text)}"' for name, text in attributes.items())
    if value is None:
        return f'<{prefix}c r="{ref}"{said}/>'.encode()
    if isinstance(value, bool):
        return f'<{prefix}c r="{ref}"{said} t="b"><{prefix}v>{int(value)}</{prefix}v></{prefix}c>'.encode()
    if isinstance(value, int | float):
        return f'<{prefix}c r="{ref}"{said}><{prefix}v>{value!r}</{prefix}v></{prefix}c>'.encode()
    text = escape(_ILLEGAL.sub("", value))
    inner = f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
    return f'<{prefix}c r="{ref}"{said} t="inlineStr">{inner}</{prefix}c>'.encode()


def _result(found: SheetScan, span: CellSpan, value: object) -> _Edit:
    """A formula with another stored result (or none); the formula's own bytes stay."""
    tag = re.sub(rb"\s+t=(?:\"[^\"]*\"|'[^']*')", b"", found.xml[span.start : span.tag_end])
    formula = found.xml[slice(*span.formula_span)]
    prefix = found.prefix
    stored = ""
    if value is not _FORGET:
        kind = b' t="str"' if isinstance(value, str) else b' t="b"' if isinstance(value, bool) else b""
        tag = tag[:-1] + kind + b">"
        said = escape(_ILLEGAL.sub("", value)) if isinstance(value, str) else repr(+value)  # type: ignore[operator]
        stored = f"<{prefix}v>{said}</{prefix}v>"
    return _Edit(span.start, span.stop, tag + formula + stored.encode() + f"</{prefix}c>".encode())


def _added(found: SheetScan, missing: Mapping[int, Mapping[int, Value]], filled: Mapping[Place, Value]) -> list[_Edit]:
    """Cells, and rows, that the form does not have yet; in a list they look like the last one that it has."""
    numbers = [row.number for row in found.rows]
    edits: list[_Edit] = []
    new_rows: dict[int, list[bytes]] = defaultdict(list)
    for number in sorted(missing):
        position = bisect_left(numbers, number)
        row = found.rows[position] if position < len(numbers) and numbers[position] == number else None
        styles = {column: _style(found, row, (number, column), filled) for column in missing[number]}
        cells = {
            column: _cell(
                found.prefix,
                ref_of((number, column)),
                {"s": styles[column]} if styles[column] not in ("", "0") else {},
                value,
            )
            for column, value in missing[number].items()
        }
        if row is not None:
            edits += _into_row(found, row, cells)
        else:
            new_rows[position].append(_new_row(found, number, cells, position))
    for position, rows in new_rows.items():
        at = found.rows[position].start if position < len(found.rows) else _end_of_rows(found)
        edits.append(_Edit(at, at, b"".join(rows)))
    return _into_empty_data(found, edits) if found.xml[slice(*found.data_tag)].endswith(b"/>") else edits


def _new_row(found: SheetScan, number: int, cells: Mapping[int, bytes], position: int) -> bytes:
    height = ""
    if position and found.rows[position - 1].attributes.get("customHeight") in ("1", "true"):
        height = f' ht="{escape(found.rows[position - 1].attributes.get("ht", "15"))}" customHeight="1"'
    inner = b"".join(cells[column] for column in sorted(cells))
    prefix = found.prefix
    return f'<{prefix}row r="{number}"{height}>'.encode() + inner + f"</{prefix}row>".encode()


def _end_of_rows(found: SheetScan) -> int:
    return found.rows[-1].stop if found.rows else found.data_tag[1]


def _into_empty_data(found: SheetScan, edits: list[_Edit]) -> list[_Edit]:
    tag = found.xml[slice(*found.data_tag)]
    inner = b"".join(edit.content for edit in edits)
    return [_Edit(*found.data_tag, tag[:-2].rstrip() + b">" + inner + f"</{found.prefix}sheetData>".encode())]


def _into_row(found: SheetScan, row: RowSpan, cells: Mapping[int, bytes]) -> list[_Edit]:
    tag = re.sub(rb"\s+spans=(?:\"[^\"]*\"|'[^']*')", b"", found.xml[row.start : row.tag_end])
    if row.closed_at_once(found.xml):
        inner = b"".join(cells[column] for column in sorted(cells))
        closing = f"</{found.prefix}row>".encode()
        return [_Edit(row.start, row.stop, tag[:-2].rstrip() + b">" + inner + closing)]
    edits = [_Edit(row.start, row.tag_end, tag)]
    at: dict[int, list[int]] = defaultdict(list)
    for column in sorted(cells):
        place = next((span.start for span in row.cells if span.place[1] > column), row.inner_stop)
        at[place].append(column)
    edits += [_Edit(place, place, b"".join(cells[c] for c in columns)) for place, columns in at.items()]
    return edits


def _style(found: SheetScan, row: RowSpan | None, place: Place, filled: Mapping[Place, Value]) -> str:
    if row is not None and row.attributes.get("customFormat") in ("1", "true"):
        return row.attributes.get("s", "0")
    for above in reversed(found.rows):
        if above.number < place[0]:
            for span in above.cells:
                if span.place[1] == place[1] and span.place in filled:
                    return span.attributes.get("s", "0")
    return next((style for first, last, style in found.columns if first <= place[1] <= last), "0")


def _wider_dimension(found: SheetScan, cells: Mapping[Place, Value]) -> list[_Edit]:
    """The extent that the sheet states, where filled cells lie outside it."""
    if found.dimension is None or not cells:
        return []
    tag = found.xml[slice(*found.dimension)]
    match = re.search(rb"ref=[\"']([^\"']*)[\"']", tag)
    block = block_of(match[1].decode()) if match else None
    if match is None or block is None or all(block.holds(place) for place in cells):
        return []
    bottom = max(block.bottom, *(row for row, _ in cells))
    right = max(block.right, *(column for _, column in cells))
    top = min(block.top, *(row for row, _ in cells))
    left = min(block.left, *(column for _, column in cells))
    ref = f"{ref_of((top, left))}:{column_name(right)}{bottom}".encode()
    return [_Edit(*found.dimension, tag[: match.start(1)] + ref + tag[match.end(1) :])]
