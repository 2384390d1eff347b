"""The tree of one unit with its numbers, for the organisation chart."""

from __future__ import annotations

from collections import Counter

from dangjian_desktop.documents.org_chart import LEVELS, ChartUnit
from dangjian_desktop.domain.figures.census import exists, is_actual
from dangjian_desktop.domain.figures.survey import Survey


def community_tree(survey: Survey, top: str, levels: int = LEVELS) -> ChartUnit:
    """The organisation `top` with what stands below it on the day, down to `levels` levels, four at the most.

    A unit's number is that of the members in it and everything below it; what lies deeper than the last level is
    counted in the unit above it (下设3个). Planned organisations are marked and have no number; what is planned
    below them is drawn too.
    """
    own = Counter(person.group or person.organisation for person in survey.census.people)
    return _node(survey, top, own, min(levels, LEVELS))


def _node(survey: Survey, unit: str, own: Counter[str | None], levels: int) -> ChartUnit:
    tree = survey.tree
    row = tree.nodes[unit]
    planned = not is_actual(row)
    below = [child for child in tree.children(unit) if exists(tree.nodes[child], survey.day)]
    count = "拟成立" if planned else f"{sum(own[each] for each in tree.below(unit))}人"
    if levels == 1 and below:
        return ChartUnit(row.title, f"{count}，下设{len(below)}个", planned=planned)
    children = tuple(_node(survey, child, own, levels - 1) for child in below)
    return ChartUnit(row.title, count, children, planned)
