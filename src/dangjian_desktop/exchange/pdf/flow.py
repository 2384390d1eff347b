"""Fills pages with boxes from top to bottom and never parts what belongs together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dangjian_desktop.documents.model import PageSetup
from dangjian_desktop.exchange.pdf.sheet import MM, PdfPage

# Sums of heights may differ by this much.
_ROUNDING = 0.01

# Draws a box on a sheet: left edge and top edge in points.
Paint = Callable[[PdfPage, float, float], None]


class Repeater:
    """Something that goes on over a page break and is told so: a table with its header and its rules."""

    header_height = 0.0

    def open_page(self, sheet: PdfPage, x: float, top: float) -> None:
        """Begin on a page; draw the header, `header_height` high, with its top edge at `top`."""
        raise NotImplementedError

    def continued(self, text: str) -> Box:
        """What is drawn below the header where a page begins inside the group called `text`."""
        raise NotImplementedError

    def close_page(self, sheet: PdfPage, bottom: float) -> None:
        """End on a page with the last row's lower edge at `bottom`."""
        raise NotImplementedError


@dataclass(slots=True)
class Box:
    """Something with a height in points that is drawn whole.

    `keep` binds it to the next box; `owner` is the table it belongs to; `blank` boxes vanish at the top of a page.
    `group` is the heading that is repeated above it where a page begins with it.
    """

    height: float
    paint: Paint | None = None
    keep: bool = False
    owner: Repeater | None = None
    blank: bool = False
    group: str = ""


class Flow:
    """Puts boxes on sheets; `finish` must be called at the end."""

    def __init__(self, setup: PageSetup, footer_height: float, later: PageSetup | None = None) -> None:
        # `later` is the paper from the second page on.
        self._later = later
        self.sheets: list[PdfPage] = []
        self._footer = footer_height
        self._chain: list[Box] = []
        self._sheet: PdfPage | None = None
        self._open: Repeater | None = None
        self._y = 0.0
        self.use(setup)

    def use(self, setup: PageSetup) -> None:
        """Take other paper from the next page on."""
        self._setup = setup
        width, height = setup.size
        top, right, bottom, left = (margin * MM for margin in setup.margins)
        self.left = left
        self.width = width * MM - left - right
        self._top = height * MM - top
        self._bottom = max(bottom, self._footer)
        self.full_height = self._top - self._bottom

    def add(self, box: Box) -> None:
        """Place a box, together with those before it that were kept for it."""
        self._chain.append(box)
        if not box.keep:
            self._place()

    def new_page(self, setup: PageSetup | None = None) -> None:
        """Go on at the top of a page, on other paper if `setup` is given; at the top of a page nothing happens."""
        self._place()
        self._leave()
        if setup is not None:
            self.use(setup)

    def to_grid(self, step: float) -> None:
        """Leave the rest of a line empty, so that what follows stands on the page's lines of that height again."""
        self._place()
        self._close()
        below = (self._top - self._y) % step
        if self._sheet is not None and _ROUNDING < below < step - _ROUNDING:
            self._y -= step - below

    @property
    def left_over(self) -> float:
        """The height still free on the page that was begun last, boxes that wait to be placed counted in."""
        return self._room() - self._needed(self._chain)

    def finish(self) -> list[PdfPage]:
        """Place what is left and return the sheets, numbered from 1; a document without content has one empty page."""
        self._place()
        self._close()
        if not self.sheets:
            self._new_sheet()
        for number, sheet in enumerate(self.sheets, 1):
            sheet.number = number
        return self.sheets

    def _place(self) -> None:
        chain, self._chain = self._chain, []
        if not chain:
            return
        if self._needed(chain) > self._room() + _ROUNDING and not self._at_top():
            self._leave()
        for box in chain:
            # A chain taller than a page parts where it must.
            if self._needed([box]) > self._room() + _ROUNDING and not self._at_top():
                self._leave()
            self._draw(box)

    def _needed(self, chain: list[Box]) -> float:
        height = sum(box.height for box in chain)
        owner = self._open
        for box in chain:
            if box.owner is not None and box.owner is not owner:
                height += box.owner.header_height
                if box.group:
                    height += box.owner.continued(box.group).height
            owner = box.owner
        return height

    def _room(self) -> float:
        return self.full_height if self._sheet is None else self._y - self._bottom

    def _at_top(self) -> bool:
        return self._sheet is None or self._y >= self._top - 0.01

    def _draw(self, box: Box) -> None:
        if box.blank and self._at_top():
            return
        sheet = self._sheet or self._new_sheet()
        if box.owner is not self._open:
            self._close()
            if box.owner is not None:
                self._open = box.owner
                box.owner.open_page(sheet, self.left, self._y)
                self._y -= box.owner.header_height
                if box.group:
                    heading = box.owner.continued(box.group)
                    if heading.paint is not None:
                        heading.paint(sheet, self.left, self._y)
                    self._y -= heading.height
        if box.paint is not None:
            box.paint(sheet, self.left, self._y)
        self._y -= box.height

    def _close(self) -> None:
        if self._open is not None and self._sheet is not None:
            self._open.close_page(self._sheet, self._y)
        self._open = None

    def _leave(self) -> None:
        """The page at hand is full."""
        self._close()
        self._sheet = None
        if self._later is not None and self.sheets:
            self.use(self._later)
            self._later = None

    def _new_sheet(self) -> PdfPage:
        width, height = self._setup.size
        if self.sheets:
            self.sheets[-1].settle()
        self._sheet = PdfPage(width * MM, height * MM)
        self.sheets.append(self._sheet)
        self._y = self._top
        return self._sheet
