"""Figures told in one breath (村居21个、机关2个): what words may name besides the figures themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .figures import JOINED_KINDS, LEFT_KINDS, FigureValue
from .unit_fields import wholes

_FIELD = "organisations_field_"


def with_lists(figures: Mapping[str, FigureValue]) -> Mapping[str, FigureValue]:
    """The figures, and those told together; the value of the latter is text, empty where every part is 0."""
    return {**figures, **{made.key: made for made in _lists(figures)}}


def _lists(figures: Mapping[str, FigureValue]) -> Iterator[FigureValue]:
    found = [key.removeprefix(_FIELD) for key in figures if key.startswith(_FIELD)]
    fields = [f"{_FIELD}{field}" for field in wholes(found)]
    yield _told("organisations_by_field", "各领域党组织", "街道口径党组织按领域的个数", figures, fields)
    kinds = ["committees", "general_branches", "branches"]
    yield _told("organisations_by_kind", "各类党组织", "统计口径基层党组织按类型的个数", figures, kinds)
    joined = [kind.key for kind in JOINED_KINDS if not kind.part]
    yield _told("joined_by_kind", "各类增加", "本期增加按类型的人次", figures, joined)
    left = [kind.key for kind in LEFT_KINDS if not kind.part]
    yield _told("left_by_kind", "各类减少", "本期减少按类型的人次", figures, left)


def _told(key: str, label: str, definition: str, figures: Mapping[str, FigureValue], keys: list[str]) -> FigureValue:
    parts = [figures[each] for each in keys]
    text = "、".join(f"{part.label.removesuffix('党组织') or part.label}{part.printed}" for part in parts if part.value)
    records = list(dict.fromkeys(record for part in parts for record in part.records))
    first = parts[0]
    return FigureValue(key, label, text, "", f"{definition}，是0的不写。", first.topic, first.record_kind, records)
