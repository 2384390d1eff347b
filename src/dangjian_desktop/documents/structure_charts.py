"""党员队伍结构图: age, education, members by unit, and change over quarters, for a printer without colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.charts import Chart, ChartKind, Series
from dangjian_desktop.documents.model import Block, Document
from dangjian_desktop.documents.unit_counts import unit_groups
from dangjian_desktop.documents.wording import day_text
from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.figures.survey import Survey

_UNIT = "单位：人"
_UNKNOWN = "未填"
# Two charts fill a page.
_HEIGHT = 82.0


@dataclass(frozen=True, slots=True)
class QuarterCount:
    """The figures of one quarter: its label (2026年第3季度) and members at its end, joined and left in it."""

    label: str
    members: int
    joined: int
    left: int


def quarter_count(label: str, figures: Mapping[str, FigureValue]) -> QuarterCount:
    """The figures of a quarter from the registry's."""
    members, joined, left = (int(str(figures[key].value)) for key in ("members", "joined", "left"))
    return QuarterCount(label, members, joined, left)


def structure_charts(
    survey: Survey,
    field_names: Mapping[str | None, str],
    quarters: Sequence[QuarterCount] = (),
    *,
    unit: str,
    filled_on: str,
) -> Document:
    """The charts of a survey; `quarters` in order of time, as many as are known (one alone makes no change)."""
    blocks: list[Block] = [*_structure(survey), *_changes(quarters), _units(survey, field_names)]
    return Document(
        "党员队伍结构图",
        tuple(blocks),
        subtitle=f"（截至{day_text(survey.day)}）",
        unit=unit,
        filled_on=filled_on,
    )


def _structure(survey: Survey) -> Iterator[Chart]:
    people, bands = survey.census.people, survey.reference.bands
    note = f"党员总数{len(people)}人。"
    ages = Counter(person.age_band for person in people)
    yield _bands("党员年龄结构", [band.label for band in bands.ages], ages, note)
    yield _bands("党员学历结构", list(bands.education), Counter(person.education for person in people), note)


def _bands(title: str, names: list[str], counts: Counter[int | None], note: str) -> Chart:
    """One bar for each band; people who fit nowhere have one of their own, so that the bars add up."""
    values = [counts[index] for index in range(len(names))]
    if counts[None]:
        names, values = [*names, _UNKNOWN], [*values, counts[None]]
    return Chart(ChartKind.COLUMNS, title, tuple(names), (Series("人数", tuple(values)),), _UNIT, note, _HEIGHT)


def _changes(quarters: Sequence[QuarterCount]) -> Iterator[Chart]:
    if len(quarters) < 2:
        return
    labels = tuple(each.label for each in quarters)
    members = Series("期末党员", tuple(each.members for each in quarters))
    yield Chart(ChartKind.LINES, "各季度末党员总数", labels, (members,), _UNIT, height=_HEIGHT)
    joined = Series("增加", tuple(each.joined for each in quarters))
    left = Series("减少", tuple(each.left for each in quarters))
    yield Chart(ChartKind.COLUMNS, "各季度党员增减", labels, (joined, left), _UNIT, height=_HEIGHT)


def _units(survey: Survey, field_names: Mapping[str | None, str]) -> Chart:
    lines = [line for group in unit_groups(survey, field_names) for line in group.lines]
    values = tuple(line.people.members for line in lines)
    names = tuple(line.name for line in lines)
    total = f"共{len(lines)}个单位，党员{sum(values)}人。"
    return Chart(ChartKind.ROWS, "各单位党员数", names, (Series("党员", values),), _UNIT, total)
