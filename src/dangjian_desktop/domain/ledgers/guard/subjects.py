"""Subjects that a ledger may not have, with the reason and what may be built instead (the privacy line)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.fields import FieldType

from ..columns import LedgerColumn, choices
from ..faults import FaultError, Place
from ..ledgers import LedgerTemplate
from .disguises import undisguised

_RANK = ("rank(", "名次(", "名次（")
_RESIDENTS = ("居民", "群众", "家庭", "住户", "业主", "志愿", "积分")


@dataclass(frozen=True, slots=True)
class ForbiddenSubject:
    """One subject: refused where one of its words stands in a name, unless that is one of the exceptions.

    A `restricted` one is refused only where everybody may read the ledger; `titles_only` looks at no columns.
    """

    key: str
    words: tuple[str, ...]
    exceptions: tuple[str, ...]
    reason: str
    instead: str
    restricted: bool = False
    titles_only: bool = False

    def word_in(self, text: str) -> str | None:
        """The word of this subject that stands in a text, however it is written."""
        text = undisguised(text)
        for exception in self.exceptions:
            text = text.replace(undisguised(exception), "，")
        return next((word for word in self.words if undisguised(word) in text), None)


@lru_cache(maxsize=1)
def subjects() -> tuple[ForbiddenSubject, ...]:
    """The shipped list, read once."""
    tables = tomllib.loads(resource("privacy").joinpath("subjects.toml").read_text(encoding="utf-8"))
    return tuple(
        ForbiddenSubject(
            table["key"],
            tuple(table["words"]),
            tuple(table["except"]),
            table["reason"],
            table["instead"],
            table.get("restricted", False),
            table.get("titles_only", False),
        )
        for table in tables["subject"]
    )


@lru_cache(maxsize=1)
def _told() -> re.Pattern[str]:
    """Any word of any subject, or what is excepted from one."""
    words = {undisguised(word) for each in subjects() for word in (*each.words, *each.exceptions)}
    return re.compile("|".join(map(re.escape, sorted(words))))


def require_allowed(template: LedgerTemplate) -> None:
    """Raise `FaultError` for a template of a forbidden subject, or one that ranks residents or volunteers."""
    told = _told()
    for place, text in _names(template):
        # Most names hold no word of any subject: one look tells, and ninety templates are read quickly.
        if told.search(undisguised(text)) is None:
            continue
        for subject in subjects():
            if (subject.restricted and template.restricted) or (subject.titles_only and place[0] not in _TITLES):
                continue
            word = subject.word_in(text)
            if word is not None:
                what = "要限制查看" if subject.restricted else "不能建成台账"
                raise FaultError(f"“{word}”{what}：{subject.reason}。可以建：{subject.instead}", *place)
    _refuse_ranking(template)


def require_allowed_words(text: str, place: str, *, restricted: bool) -> None:
    """Raise `FaultError` where a title or sentence of a paper speaks of a forbidden subject."""
    if _told().search(undisguised(text)) is None:
        return
    for subject in subjects():
        if (subject.restricted and restricted) or subject.titles_only:
            continue
        word = subject.word_in(text)
        if word is not None:
            what = "要限制查看" if subject.restricted else "不能印成文书"
            raise FaultError(f"“{word}”{what}：{subject.reason}。可以印：{subject.instead}", place)


_TITLES = ("title", "category")


def _names(template: LedgerTemplate) -> Iterator[tuple[Place, str]]:
    yield ("title",), template.title
    yield ("category",), template.category
    for index, column in enumerate(template.columns):
        yield from ((("columns", index), said) for said in _said(column))
    for number, rows in enumerate(template.rows):
        yield ("rows", number), rows.label
        for index, column in enumerate(rows.columns):
            yield from ((("rows", number, "columns", index), said) for said in _said(column))
    for index, state in enumerate(template.states):
        yield ("states", index), state.label
    for index, figure in enumerate(template.figures):
        yield ("figures", index), figure.label


def _said(column: LedgerColumn) -> tuple[str, ...]:
    return (column.label, *column.aliases, *choices(column), column.group or "", column.unit)


def residents_in(text: str) -> str | None:
    """The word by which a text speaks of residents, volunteers or points; there is never a rank of these."""
    return next((word for word in _RESIDENTS if word in text), None)


def _refuse_ranking(template: LedgerTemplate) -> None:
    """A rank is for organisations, and for members and workers in their duty; never of residents or volunteers."""
    about = "　".join((template.title, template.category, *(column.label for column in template.columns)))
    residents = residents_in(about)
    for index, column in enumerate(template.columns):
        if not column.formula.strip().startswith(_RANK):
            continue
        if residents is not None:
            raise FaultError(
                f"列“{column.label}”不能排名次：这本台账说到“{residents}”，不给居民和志愿者的积分排名。"
                "可以建：队伍的服务时长，按队公布",
                "columns",
                index,
            )


_PERSONS = (FieldType.MEMBER, FieldType.MEMBERS)
_GROUPED = (FieldType.CODE, FieldType.CODES, FieldType.ORGANISATION, FieldType.BOOLEAN, FieldType.ENTRY, *_PERSONS)


def require_groupable(template: LedgerTemplate, key: str) -> None:
    """Raise `FaultError` for a column that figures may not be split by.

    By persons only where they are members in their duty, and never where points are counted.
    """
    column = template.column(key)
    if column.type not in _GROUPED:
        raise FaultError(f"“{column.label}”不能用来分组：只能按选项、党组织、党员或引用的条目分，不按写的文字分")
    residents = residents_in(template.title)
    if column.type in _PERSONS and residents is not None:
        raise FaultError(f"“{column.label}”不能用来分组：这本台账说到“{residents}”，不按人列数")
