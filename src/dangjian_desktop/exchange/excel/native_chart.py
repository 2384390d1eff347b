"""Charts as Excel's own, beside their figures, told apart by pattern so that they print in black and white."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.charts import Chart, ChartKind, scale_of
from dangjian_desktop.documents.model import Align, Column, ColumnKind, Document, PageSetup, Table
from dangjian_desktop.documents.org_chart import OrgChart
from dangjian_desktop.exchange.excel.sheet_layout import SheetWriter

_PATTERNS = ("dkUpDiag", "ltUpDiag", "pct20", "ltDnDiag")
_SOLID = "595959"
_DASHES = ("solid", "dash", "sysDot", "dashDot")
_MARKERS = ("square", "circle", "triangle", "diamond")
# In millimetres: one lying bar, the words round the bars, and what else stands on the page of a chart.
_BAR, _WORDS, _OTHER = 5.0, 25.0, 45.0
_PLAIN_INDENT = "\u3000"


def chart_table(chart: Chart) -> Table:
    """The figures of a chart as a table: what its sheet shows above the drawing."""
    whole = all(float(value).is_integer() for series in chart.series for value in series.values if value is not None)
    # A column of words shows a number as it stands: 92.5.
    kind = ColumnKind.INTEGER if whole else ColumnKind.TEXT
    columns = (
        Column("项目", min_chars=10),
        *(Column(series.name, kind, align=Align.RIGHT, min_chars=6) for series in chart.series),
    )
    rows = [(name, *(series.values[at] for series in chart.series)) for at, name in enumerate(chart.categories)]
    return Table(columns, rows, caption=chart.title, unit=chart.unit, note=chart.note, sheet=chart.sheet or chart.title)


def org_table(chart: OrgChart) -> Table:
    """An organisation chart as an indented list: Excel has no such drawing of its own."""
    rows = [(level, _PLAIN_INDENT * 2 * (level - 1) + node.name, node.count) for node, level in chart.root.walk()]
    columns = (Column("级", ColumnKind.INTEGER), Column("名称", min_chars=20), Column("人数", min_chars=6))
    return Table(columns, rows, caption=f"{chart.root.name}组织架构", sheet=chart.sheet)


def chart_sheet(book: Workbook, name: str, document: Document, setup: PageSetup, chart: Chart | OrgChart) -> None:
    """Add a sheet with a chart and its figures below it, or with the list of an organisation chart."""
    table = org_table(chart) if isinstance(chart, OrgChart) else chart_table(chart)
    sheet = SheetWriter.for_table(book, name, document, setup, table)
    sheet.title(table.caption, "")
    sheet.ends(document)
    if isinstance(chart, Chart):
        # The drawing stands first: below a long table it would be cut by the page's end.
        rows = sheet.reserve(_height(chart, setup))
        sheet.place(_native(chart, book[name], sheet.table(table, Progress())), rows)
    else:
        sheet.table(table, Progress())
    sheet.finish(signature=False)


def _height(chart: Chart, setup: PageSetup) -> float:
    """How tall the drawing is, in millimetres; never more than a page has room for."""
    bars = len(chart.categories) * (0.6 + 0.4 * len(chart.series)) * _BAR
    wanted = (bars if chart.kind is ChartKind.ROWS else chart.height) + _WORDS
    return min(wanted, setup.size[1] - setup.margins[0] - setup.margins[2] - _OTHER)


def _native(chart: Chart, sheet: Any, first: int) -> Any:
    """The drawing over the figures whose first row is `first`; series are named by the header above it."""
    drawn: Any = LineChart() if chart.kind is ChartKind.LINES else BarChart()
    # The sheet's title stands above it.
    drawn.title = None
    last = first + len(chart.categories) - 1
    drawn.add_data(
        Reference(sheet, min_col=2, max_col=1 + len(chart.series), min_row=first - 1, max_row=last),
        titles_from_data=True,
    )
    drawn.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    drawn.dataLabels = DataLabelList()
    drawn.dataLabels.showVal = True
    for flag in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(drawn.dataLabels, flag, False)
    drawn.x_axis.tickLblSkip = 1
    drawn.legend.position = "t"
    if len(chart.series) == 1:
        drawn.legend = None
    # Without this newer Excel hides both axes.
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.scaling.min = scale_of(chart).low
    if chart.kind is ChartKind.LINES:
        _mark_lines(drawn)
    else:
        _mark_bars(drawn, chart)
    return drawn


def _mark_lines(drawn: Any) -> None:
    drawn.dataLabels.position = "t"
    for index, series in enumerate(drawn.series):
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill="000000", w=19050, prstDash=_DASHES[index])
        )
        series.marker = Marker(symbol=_MARKERS[index], size=7)
        series.marker.graphicalProperties = GraphicalProperties(solidFill="FFFFFF" if index % 2 else "000000")
        series.marker.graphicalProperties.line = LineProperties(solidFill="000000")
        series.smooth = False


def _mark_bars(drawn: Any, chart: Chart) -> None:
    drawn.type = "bar" if chart.kind is ChartKind.ROWS else "col"
    drawn.gapWidth = 60
    if chart.kind is ChartKind.ROWS:
        # Excel counts from below: the first unit stands at the top only so.
        drawn.x_axis.scaling.orientation = "maxMin"
    for index, series in enumerate(drawn.series):
        if index == 0:
            shape = GraphicalProperties(solidFill=_SOLID)
        else:
            fill = PatternFillProperties(prst=_PATTERNS[index])
            fill.foreground = _colour("000000")
            fill.background = _colour("FFFFFF")
            shape = GraphicalProperties(pattFill=fill)
        shape.line = LineProperties(solidFill="000000", w=6350)
        series.graphicalProperties = shape


def _colour(rgb: str) -> Any:
    from openpyxl.drawing.colors import ColorChoice

    return ColorChoice(srgbClr=rgb)
