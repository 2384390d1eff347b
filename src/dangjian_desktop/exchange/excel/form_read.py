"""A superior's form read for filling: words, formulas, formats, merged blocks and protection of every sheet."""

from __future__ import annotations

import contextlib
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.forms.form_sheets import (
    Block,
    CellStyle,
    Form,
    FormCell,
    FormSheet,
    Value,
    block_of,
    ref_of,
)
from dangjian_desktop.exchange.apart import parent, wire

from .bounds import MOST_SHEETS, check_archive, nearby
from .form_scan import CellSpan, SheetScan, scan

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_BOOK = "xl/workbook.xml"
_MOST_MERGED_CELLS = 2_000_000
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILT_IN = {9: "0%", 10: "0.00%", 14: "yyyy/m/d", 49: "@"}
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|\*.')


@dataclass
class FormFile:
    """A form with the bytes it was read from."""

    form: Form
    content: bytes


@dataclass
class OpenForm:
    """In the reader's process: a form with, by sheet name, the part and the scan of each sheet."""

    form: Form
    content: bytes
    parts: dict[str, str]
    scans: dict[str, SheetScan]


def read_form(content: bytes, name: str) -> FormFile:
    """Read an .xlsx (or .xlsm) form from its bytes, in a process of its own; `name` is its file name.

    Raises `UserError` (`form_old`, `form_encrypted`, `form_unreadable`).
    """
    return FormFile(wire.unpack(Form, ask("form", {}, content, name)), content)


def ask(task: str, arguments: Mapping[str, Any], content: bytes, name: str) -> Any:
    """What a reader answers about a form; one that dies makes the form `form_unreadable`."""
    try:
        return parent.ask(task, {**arguments, "name": name}, name=name, content=content)
    except parent.ReaderDied as death:
        raise UserError("form_unreadable", death.message, effect="没有填写。", advice=death.advice) from death


def read_in_child(arguments: Mapping[str, Any], content: bytes, _emit: Callable[[Any], None]) -> Any:
    """The form in `content`, called `name`."""
    return wire.pack(open_form(content, arguments["name"]).form)


def open_form(content: bytes, name: str) -> OpenForm:
    """A form with the places of its cells; raises what `read_form` raises."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            advice = "请用WPS打开，去掉打开密码另存后再试。"
            raise UserError("form_encrypted", f"“{name}”设了打开密码，读不出来。", effect="没有填写。", advice=advice)
        advice = "请用WPS打开，另存为xlsx后再试。"
        raise UserError("form_old", f"“{name}”是旧格式（xls），不能直接填。", effect="没有填写。", advice=advice)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            check_archive(archive, len(content), name)
            return _read(archive, content, name)
    except (KeyError, ValueError, IndexError, zipfile.BadZipFile, ExpatError, ElementTree.ParseError) as problem:
        advice = "请用WPS打开，另存为xlsx后再试。"
        raise UserError(
            "form_unreadable", f"“{name}”不是完好的xlsx表格，读不出来。", effect="没有填写。", advice=advice
        ) from problem


def _read(archive: zipfile.ZipFile, content: bytes, name: str) -> OpenForm:
    book = ElementTree.fromstring(archive.read(_BOOK))
    space = _STRICT if book.tag.startswith(_STRICT) else MAIN
    properties = book.find(f"{space}workbookPr")
    date1904 = properties is not None and properties.get("date1904") in ("1", "true")
    styles, texts = _styles(archive), _shared_texts(archive)
    areas = _print_areas(book, space)
    sheets, parts, scans = [], {}, {}
    relations = {
        relation.get("Id"): relation for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for index, entry in enumerate(book.iterfind(f"{space}sheets/{space}sheet")):
        key = next((value for attribute, value in entry.items() if attribute.endswith("}id")), None)
        relation = relations[key]
        if not relation.get("Type", "").endswith("/worksheet"):
            continue
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        title = entry.get("name", "")
        parts[title], scans[title] = part, scan(archive.read(part))
        visible = entry.get("state", "visible") == "visible"
        sheets.append(_sheet(title, scans[title], styles, texts, visible=visible, area=areas.get(index)))
    if not 0 < len(sheets) <= MOST_SHEETS:
        raise ValueError("sheets")
    return OpenForm(Form(name, sheets, date1904), content, parts, scans)


def _sheet(
    title: str, found: SheetScan, styles: list[CellStyle], texts: list[str], *, visible: bool, area: Block | None
) -> FormSheet:
    shared: dict[str, tuple[str, str]] = {}
    cells = {}
    for row in found.rows:
        for span in row.cells:
            number = int(span.attributes.get("s", "0"))
            style = styles[number] if number < len(styles) else CellStyle()
            cells[span.place] = FormCell(_value(span, texts), _formula(span, shared), style)
    bottom, right = nearby(cells)
    cells = {place: cell for place, cell in cells.items() if place[0] <= bottom and place[1] <= right}
    merged = [block for block in found.merged if block.top <= bottom and block.left <= right]
    if sum((b.bottom - b.top + 1) * (b.right - b.left + 1) for b in merged) > _MOST_MERGED_CELLS:
        raise ValueError("merged")
    return FormSheet(title, cells, merged, found.protected, visible, area)


def _value(span: CellSpan, texts: list[str]) -> Value:
    kind, value = span.attributes.get("t", "n"), span.value
    if value is None or (not value and kind not in ("str", "inlineStr")):
        return None
    if kind == "s":
        return texts[int(value)]
    if kind in ("str", "inlineStr", "e", "d"):
        return value
    if kind == "b":
        return value.strip() == "1"
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _formula(span: CellSpan, shared: dict[str, tuple[str, str]]) -> str:
    """The formula of a cell; one that a block of cells shares is moved to where this cell stands."""
    if span.formula is None:
        return ""
    if span.formula_attributes.get("t") in ("array", "dataTable"):
        # In braces, as a sheet shows it: nobody takes it for a plain formula.
        return f"{{{span.formula}}}"
    group = span.formula_attributes.get("si")
    if span.formula_attributes.get("t") != "shared" or group is None:
        return span.formula
    if span.formula:
        shared[group] = (span.formula, ref_of(span.place))
        return span.formula
    from openpyxl.formula.translate import Translator  # few forms share formulas, and it loads slowly

    text, origin = shared[group]
    return str(Translator(f"={text}", origin=origin).translate_formula(ref_of(span.place)))[1:]


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.NameToInfo:
        return []
    return [_words(item) for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]


def _words(item: ElementTree.Element) -> str:
    """The words of a string in all its runs, without the reading aids of East Asian sheets."""
    found = []
    for child in item:
        local = child.tag.rpartition("}")[2]
        if local == "t":
            found.append(child.text or "")
        elif local == "r":
            found += [run.text or "" for run in child if run.tag.endswith("}t")]
    return "".join(found)


def _styles(archive: zipfile.ZipFile) -> list[CellStyle]:
    if "xl/styles.xml" not in archive.NameToInfo:
        return []
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {
        int(entry.get("numFmtId", "0")): entry.get("formatCode", "")
        for entry in root.iter()
        if entry.tag.endswith("}numFmt")
    }
    formats = next((entry for entry in root if entry.tag.endswith("}cellXfs")), None)
    styles = []
    for entry in formats if formats is not None else ():
        number = int(entry.get("numFmtId", "0"))
        protection = next((child for child in entry if child.tag.endswith("}protection")), None)
        locked = protection is None or protection.get("locked") not in ("0", "false")
        code = codes.get(number) or _BUILT_IN.get(number, "General")
        styles.append(CellStyle(_kind(number, code), code, locked))
    return styles


def _kind(number: int, code: str) -> str:
    if code == "@":
        return "text"
    if number in _DATES:
        return "date"
    bare = _SILENT.sub("", code.split(";", 1)[0]).lower()
    if "%" in bare:
        return "percent"
    # A lone "e" is the year as Chinese Excel writes it; the one of General or of 0.00E+00 is not.
    bare = re.sub(r"general|e[+-]", "", bare)
    return "date" if re.search("[yde]", bare) or ("m" in bare and "h" not in bare) else "number"


def _print_areas(book: ElementTree.Element, space: str) -> dict[int, Block]:
    """The print area of each sheet by its number; one of several pieces is taken as a whole."""
    found = {}
    for entry in book.iterfind(f"{space}definedNames/{space}definedName"):
        if entry.get("name") != "_xlnm.Print_Area" or not entry.get("localSheetId", "").isdigit():
            continue
        pieces = []
        for part in (entry.text or "").split(","):
            with contextlib.suppress(ValueError):
                block = block_of(part.rpartition("!")[2].replace("$", ""))
                pieces += [block] if block is not None else []
        if pieces:
            found[int(entry.get("localSheetId", "0"))] = Block(
                min(p.top for p in pieces),
                min(p.left for p in pieces),
                max(p.bottom for p in pieces),
                max(p.right for p in pieces),
            )
    return found
