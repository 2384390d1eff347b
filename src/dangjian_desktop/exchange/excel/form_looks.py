"""How a form looks, read from the parts of the workbook: widths, heights, alignment, type, fill and lines."""

from __future__ import annotations

import colorsys
import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, TypeVar
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from dangjian_desktop.domain.forms.form_looks import CHARACTER, CellLook, SheetLook
from dangjian_desktop.exchange.apart import wire

from .form_read import FormFile, OpenForm, ask, open_form
from .form_scan import SheetScan

T = TypeVar("T")

_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*?)/?>")
_FORMAT = re.compile(rb"<(?:\w+:)?sheetFormatPr\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(rb"(\w+)=[\"']([^\"']*)[\"']")
_MOST_COLUMNS = 256
_SIDES = ("left", "right", "top", "bottom")
# The order in which cells count a theme's colours differs from the order in which the theme lists them.
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")


def read_looks(file: FormFile) -> dict[str, SheetLook]:
    """The look of every sheet by name, read in a process of its own; raises `UserError` (`form_unreadable`)."""
    return wire.unpack(dict[str, SheetLook], ask("form looks", {}, file.content, file.form.name))


def looks_in_child(arguments: Mapping[str, Any], content: bytes, _emit: Callable[[Any], None]) -> Any:
    """The looks of the form in `content`."""
    return wire.pack(looks_of(open_form(content, arguments["name"])))


def looks_of(file: OpenForm) -> dict[str, SheetLook]:
    """The look of every sheet by name; a workbook without readable styles is shown plain."""
    try:
        with zipfile.ZipFile(BytesIO(file.content)) as archive:
            looks = _looks(archive)
    except (KeyError, ValueError, ElementTree.ParseError, zipfile.BadZipFile):
        looks = []
    return {name: _sheet(scan, looks) for name, scan in file.scans.items()}


def _sheet(scan: SheetScan, looks: list[CellLook]) -> SheetLook:
    head = scan.xml[: scan.data_tag[0]]
    usual = _FORMAT.search(head)
    usually = _attributes(usual[1]) if usual else {}
    found = SheetLook(looks=looks)
    found.row_height = _number(usually.get("defaultRowHeight"), 15.0)
    if "defaultColWidth" in usually:
        found.column_width = _pixels(_number(usually["defaultColWidth"], 8.43))
    columns: dict[int, float] = {}
    for match in _COLUMN.finditer(head):
        given = _attributes(match[1])
        width = 0.0 if given.get("hidden") in ("1", "true") else _pixels(_number(given.get("width"), 8.43))
        first, last = int(given.get("min", "1")), int(given.get("max", "1"))
        columns |= dict.fromkeys(range(first, min(last, _MOST_COLUMNS) + 1), width)
    rows = {}
    for row in scan.rows:
        if row.attributes.get("hidden") in ("1", "true"):
            rows[row.number] = 0.0
        elif "ht" in row.attributes:
            rows[row.number] = _number(row.attributes["ht"], 15.0)
    found.columns, found.rows = columns, rows
    found.styles = {span.place: int(span.attributes.get("s", "0")) for row in scan.rows for span in row.cells}
    return found


def _attributes(text: bytes) -> dict[str, str]:
    return {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in _ATTRIBUTE.findall(text)}


def _number(text: str | None, usual: float) -> float:
    try:
        return float(text) if text else usual
    except ValueError:
        return usual


def _pixels(width: float) -> float:
    return width * CHARACTER + 5


def _looks(archive: zipfile.ZipFile) -> list[CellLook]:
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    parts = {_local(part): list(part) for part in root}
    theme = _theme(archive)
    fonts = [_font(entry, theme) for entry in parts.get("fonts", [])]
    fills = [_fill(entry, theme) for entry in parts.get("fills", [])]
    lines = [_bordered(entry) for entry in parts.get("borders", [])]
    found = []
    for entry in parts.get("cellXfs", []):
        bold, size, colour = _at(fonts, entry.get("fontId"), (False, 11.0, ""))
        align = next((part.attrib for part in entry if _local(part) == "alignment"), {})
        found.append(
            CellLook(
                align.get("horizontal", ""),
                align.get("vertical", "bottom"),
                align.get("wrapText") in ("1", "true"),
                bold,
                size,
                colour,
                _at(fills, entry.get("fillId"), ""),
                _at(lines, entry.get("borderId"), False),
            )
        )
    return found


def _at(known: list[T], number: str | None, usual: T) -> T:
    place = int(number or "0")
    return known[place] if place < len(known) else usual


def _local(entry: ElementTree.Element) -> str:
    return str(entry.tag).rpartition("}")[2]


def _font(entry: ElementTree.Element, theme: dict[int, str]) -> tuple[bool, float, str]:
    parts = {_local(part): part for part in entry}
    bold = "b" in parts and parts["b"].get("val") not in ("0", "false")
    size = _number(parts["sz"].get("val") if "sz" in parts else None, 11.0)
    return bold, size, _colour(parts.get("color"), theme)


def _fill(entry: ElementTree.Element, theme: dict[int, str]) -> str:
    pattern = next((part for part in entry if _local(part) == "patternFill"), None)
    if pattern is None or pattern.get("patternType") in (None, "none"):
        return ""
    return _colour(next((part for part in pattern if _local(part) == "fgColor"), None), theme)


def _bordered(entry: ElementTree.Element) -> bool:
    return any(_local(part) in _SIDES and part.get("style") not in (None, "none") for part in entry)


def _theme(archive: zipfile.ZipFile) -> dict[int, str]:
    """The theme's colours by the number under which cells name them."""
    if "xl/theme/theme1.xml" not in archive.NameToInfo:
        return {}
    named = {}
    for entry in ElementTree.fromstring(archive.read("xl/theme/theme1.xml")).iter():
        if _local(entry) in _THEME_ORDER and len(entry):
            named[_local(entry)] = entry[0].get("lastClr") or entry[0].get("val") or ""
    return {place: named[name] for place, name in enumerate(_THEME_ORDER) if name in named}


def _colour(entry: ElementTree.Element | None, theme: dict[int, str]) -> str:
    """`RRGGBB`, or empty for what only an indexed or automatic colour says."""
    if entry is None:
        return ""
    given = entry.get("rgb", "")
    if not given and entry.get("theme", "").isdigit():
        given = theme.get(int(entry.get("theme", "0")), "")
    given = given[-6:]
    if not re.fullmatch("[0-9A-Fa-f]{6}", given):
        return ""
    return _tinted(given, _number(entry.get("tint"), 0.0))


def _tinted(colour: str, tint: float) -> str:
    """A theme's colour made lighter or darker as the cell asks."""
    if not tint:
        return colour
    hue, light, full = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), full))
