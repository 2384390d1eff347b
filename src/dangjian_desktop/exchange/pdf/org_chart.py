"""An organisation chart as one box that fills the rest of its page."""

from __future__ import annotations

from dangjian_desktop.documents.org_chart import OrgBox, OrgChart, lay_out
from dangjian_desktop.exchange.pdf.faces import FontSet, Role
from dangjian_desktop.exchange.pdf.flow import Box, Flow
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, PdfPage

_LEADING = 1.25
_FRAMES = {1: 1.4, 2: 0.9}
_FRAME, _RULE = 0.5, 0.6
_DASHED = "[3 2] 0 d"
# Free space between the title and the chart, in points.
_ABOVE = 6.0
# The two upper levels lie on grey, the lowest has no frame.
_GREYS = {1: 0.85, 2: 0.93}


def org_chart_box(chart: OrgChart, fonts: FontSet, flow: Flow) -> Box:
    """The chart, set in the largest type that fits what is left of the page; raises `UserError` as `lay_out` does."""
    face, bold = fonts.face(Role.BODY), fonts.face(Role.HEADING)
    # Bold is the wider of the two faces in use.
    room = flow.left_over - _ABOVE
    layout = lay_out(chart.root, bold.width, flow.width, room)
    # A small chart stands a little above the middle of its page.
    above = _ABOVE + (room - layout.height) / 3
    size = layout.size

    def box(sheet: PdfPage, x: float, top: float, each: OrgBox) -> None:
        left, bottom = x + each.left, top - each.top - each.height
        grey = _GREYS.get(each.level)
        if grey is not None:
            sheet.shade(left, bottom, each.width, each.height, grey)
        weight = _FRAMES.get(each.level, _FRAME)
        dash = _DASHED if each.planned else ""
        sheet.draw(f"0 G {weight:g} w {dash} {left:.2f} {bottom:.2f} {each.width:.2f} {each.height:.2f} re S")
        used = bold if each.level <= len(_GREYS) else face
        y = bottom + each.height / 2 - MIDDLE * size + (len(each.lines) - 1) / 2 * _LEADING * size
        for line in each.lines:
            sheet.text(used, size, left + (each.width - used.width(line) * size) / 2, y, used.encode(line))
            y -= _LEADING * size

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        top -= above
        for x1, y1, x2, y2 in layout.rules:
            sheet.rule(x + x1, top - y1, x + x2, top - y2, _RULE)
        for each in layout.boxes:
            box(sheet, x, top, each)

    return Box(layout.height + above, paint)
