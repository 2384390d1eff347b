"""Axes of charts and the lay-out of organisation charts."""

from __future__ import annotations

from itertools import combinations

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.charts import Chart, ChartKind, Series, scale_of, value_text
from dangjian_desktop.documents.model import Paper
from dangjian_desktop.documents.org_chart import ChartUnit, estimated_width, lay_out
from dangjian_desktop.documents.org_chart_page import org_chart_page


def chart(kind: ChartKind, *values: float | None) -> Chart:
    return Chart(kind, "图", tuple(f"项{n}" for n in range(len(values))), (Series("人数", values),))


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ((112, 522), (0, 200, 400, 600)),
        ((1, 2, 3), (0, 1, 2, 3)),
        ((0, 0), (0, 1)),
        ((None, 7), (0, 2, 4, 6, 8)),
        ((0.2, 0.9), (0, 0.25, 0.5, 0.75, 1.0)),
    ],
)
def test_bars_begin_at_nothing_and_marks_are_round(values: tuple[float, ...], marks: tuple[float, ...]) -> None:
    scale = scale_of(chart(ChartKind.COLUMNS, *values))
    assert scale.marks == pytest.approx(marks)
    assert scale.share(scale.high) == 1


def test_a_line_far_from_nothing_begins_near_its_least_value() -> None:
    scale = scale_of(chart(ChartKind.LINES, 2101, 2126))
    assert 2000 < scale.low <= 2101 and scale.high >= 2126
    assert scale_of(chart(ChartKind.LINES, 10, 2126)).low == 0
    flat = scale_of(chart(ChartKind.LINES, 2126, 2126))
    assert flat.low < 2126 < flat.high


@pytest.mark.parametrize(
    "series", [(), (Series("甲", (1,)),), (Series("甲", (1, -2)),), tuple(Series(str(n), (1, 2)) for n in range(5))]
)
def test_a_chart_that_cannot_be_read_is_refused(series: tuple[Series, ...]) -> None:
    with pytest.raises(ValueError, match="series"):
        Chart(ChartKind.COLUMNS, "图", ("一", "二"), series)


def test_values_are_printed_plainly() -> None:
    assert [value_text(v) for v in (2126, 38.25, None, 100.0)] == ["2126", "38.2", "", "100"]


def community(branches: int, groups: int, houses: int) -> ChartUnit:
    return ChartUnit(
        "东湖社区党委",
        "218人",
        tuple(
            ChartUnit(
                f"滨江花园第{b}网格党支部",
                f"{b}人",
                tuple(
                    ChartUnit(f"第{g}党小组", f"{g}人", tuple(ChartUnit(f"{h}栋中心户", "1人") for h in range(houses)))
                    for g in range(groups)
                ),
            )
            for b in range(branches)
        ),
    )


def one_deep_branch() -> ChartUnit:
    """A community with groups of its own and a planned structure of four levels beside them."""
    planned = ChartUnit(
        "东湖社区“大党委”",
        "拟成立",
        tuple(
            ChartUnit(f"滨江花园{n}小区党支部", "拟成立", tuple(ChartUnit(f"{h}栋党小组", "拟成立") for h in range(3)))
            for n in range(4)
        ),
        planned=True,
    )
    return ChartUnit("东湖社区", "114人", (*(ChartUnit(f"第{n}党小组", f"{n}人，下设12个") for n in range(5)), planned))


def test_a_deep_branch_stands_side_by_side_so_that_its_names_can_be_read() -> None:
    root = one_deep_branch()
    page = org_chart_page(root, as_of="").page
    assert (page.paper, page.landscape) == (Paper.A4, True)
    layout = lay_out(root, estimated_width, 770.0, 400.0)
    assert layout.size >= 10
    third = [box for box in layout.boxes if box.level == 3]
    assert len({round(box.top, 2) for box in third}) == 1
    fourth = [box for box in layout.boxes if box.level == 4]
    assert len(fourth) == 12 and min(box.top for box in fourth) > third[0].top + third[0].height


def test_names_are_broken_between_words() -> None:
    lines = [box.lines for box in lay_out(one_deep_branch(), estimated_width, 770.0, 400.0).boxes if box.level == 3]
    assert all(any("小区党支部" in line for line in each) for each in lines), lines


@pytest.mark.parametrize("shape", [(0, 0, 0), (1, 1, 1), (5, 3, 2), (22, 4, 0), (14, 4, 3), (6, 4, 3)])
def test_everything_is_drawn_once_inside_the_page_and_nothing_overlaps(shape: tuple[int, int, int]) -> None:
    root = community(*shape) if shape != (6, 4, 3) else one_deep_branch()
    width, height = 1100.0, 700.0
    layout = lay_out(root, estimated_width, width, height)
    assert len(layout.boxes) == sum(1 for _ in root.walk())
    for (node, level), box in zip(root.walk(), layout.boxes, strict=True):
        assert "".join(box.lines) == f"{node.name}（{node.count}）" and box.level == level
        assert box.left >= -0.01 and box.left + box.width <= width + 0.01
        assert box.top >= 0 and box.top + box.height <= height + 0.01
        assert max(map(estimated_width, box.lines)) * layout.size <= box.width
    for one, two in combinations(layout.boxes, 2):
        apart_x = one.left + one.width <= two.left + 0.01 or two.left + two.width <= one.left + 0.01
        apart_y = one.top + one.height <= two.top + 0.01 or two.top + two.height <= one.top + 0.01
        assert apart_x or apart_y


def test_paper_grows_with_the_chart() -> None:
    assert org_chart_page(community(5, 3, 2), as_of="").page.paper is Paper.A4
    assert org_chart_page(community(14, 4, 3), as_of="").page.paper is Paper.A3


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(UserError) as caught:
        lay_out(community(60, 9, 9), estimated_width, 800, 500)
    assert caught.value.code == "chart_too_large"
    deep = ChartUnit(
        "一",
        children=(
            ChartUnit("二", children=(ChartUnit("三", children=(ChartUnit("四", children=(ChartUnit("五"),)),)),)),
        ),
    )
    with pytest.raises(UserError) as caught:
        lay_out(deep, estimated_width, 800, 500)
    assert caught.value.code == "chart_too_deep"
