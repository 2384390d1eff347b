"""组织架构图: a chart with its title on the smallest paper it can be read on."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Document, PageSetup, Paper
from dangjian_desktop.documents.org_chart import COMFORTABLE, ChartUnit, OrgChart, estimated_width, lay_out

_MARGINS = (15.0, 12.0, 18.0, 12.0)
# Title, subtitle and the line below them.
_HEAD = 36.0
_POINTS = 72 / 25.4
_PAPERS = (
    PageSetup(Paper.A4, landscape=True, margins=_MARGINS),
    PageSetup(Paper.A4, landscape=False, margins=_MARGINS),
    PageSetup(Paper.A3, landscape=True, margins=_MARGINS),
)


def org_chart_page(
    root: ChartUnit, *, as_of: str, unit: str = "", filled_on: str = "", page: PageSetup | None = None
) -> Document:
    """The chart of `root` on one page; without `page` A4 lying or upright, A3 where type would become too small.

    Raises `UserError` as `lay_out` does.
    """
    return Document(
        f"{root.name}组织架构图",
        (OrgChart(root),),
        subtitle=f"（截至{as_of}）" if as_of else "",
        page=page or best_page(root),
        unit=unit,
        filled_on=filled_on,
    )


def best_page(root: ChartUnit) -> PageSetup:
    """The first paper on which the chart is comfortable to read, else the one with the largest type."""
    sizes = _sizes(root)
    comfortable = (page for size, page in sizes if size >= COMFORTABLE)
    return next(comfortable, max(sizes, key=lambda each: each[0], default=(0.0, _PAPERS[-1]))[1])


def largest_type(root: ChartUnit) -> float:
    """The largest size of type in points that the chart can be drawn in on one page; 0 where it does not fit."""
    return max((size for size, _ in _sizes(root)), default=0.0)


def _sizes(root: ChartUnit) -> list[tuple[float, PageSetup]]:
    found = []
    for page in _PAPERS:
        try:
            found.append((_size_on(root, page), page))
        except UserError:
            continue
    return found


def _size_on(root: ChartUnit, page: PageSetup) -> float:
    width, height = page.size
    top, right, bottom, left = page.margins
    room = (width - left - right) * _POINTS, (height - top - bottom - _HEAD) * _POINTS
    return lay_out(root, estimated_width, *room).size
