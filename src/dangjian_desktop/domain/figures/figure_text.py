"""How a figure may be written in words: with its unit, bare, as a share with what it was computed from."""

from __future__ import annotations

from collections.abc import Iterator

from .figures import FigureValue, percent

NUMBER, SHARE, PERCENT, PART, WHOLE = "数", "占比", "百分比", "分子", "分母"
FORMS = ("", NUMBER, SHARE, PERCENT, PART, WHOLE)
OF_A_WHOLE = (SHARE, PERCENT, PART, WHOLE)
COUNTED = ("", SHARE)
"""Forms in which a measure word may stand in place of the unit."""
_COUNTERS = {"人": ("名",), "个": ("家",), "次": ("场",)}


def is_count(figure: FigureValue) -> bool:
    """Whether it counts something, so that a measure word may stand after it."""
    return isinstance(figure.value, int) and not figure.is_share


def ways_to_write(figure: FigureValue) -> Iterator[tuple[str, str]]:
    """The forms in which this figure may stand alone, each as form and measure word (empty: its unit)."""
    yield "", ""
    if not is_count(figure):
        return
    counters = _COUNTERS.get(figure.unit, ())
    yield from (("", counter) for counter in counters)
    yield NUMBER, ""
    if figure.denominator is not None:
        yield SHARE, ""
        yield from ((SHARE, counter) for counter in counters)


def figure_text(figure: FigureValue, form: str = "", counter: str = "") -> str:
    """A figure in one of the forms of a template, with a measure word in place of its unit."""
    part, whole = figure.numerator or 0, figure.denominator or 0
    if form == SHARE:
        counted = f"{part}{counter or ('次' if figure.is_share else figure.unit)}"
        return f"{counted}，占{percent(part, whole)}（{part}/{whole}）" if whole else counted
    if form == PERCENT:
        return percent(part, whole) if whole else "—"
    if form == PART:
        return str(part)
    if form == WHOLE:
        return str(whole)
    bare = form == NUMBER or counter
    return f"{figure.value}{counter}" if bare and figure.value is not None else figure.printed
