"""A ledger template proposed from a table that a street keeps today: columns, types and choices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import LEDGER_ENTRY
from dangjian_desktop.domain.values.partial_dates import parse_date

from .ledgers import LEDGER_CLASSES

Block = tuple[int, int, int, int]
"""A merged block: top, left, bottom, right, from 0, both ends included."""

_LOOKED_AT = 40
"""Header rows stand near the top of a sheet."""
_MOST_CHOICES, _LONGEST_CHOICE, _LONG = 8, 12, 30
_MOSTLY = 0.6
"""A column is of a type when at least this share of its cells is; the import tells of the rest one by one."""
_OWN = ("序号", "党组织", "状态")
"""What every ledger has anyway, or what only counts the lines."""
_STATES = ("办理状态", "办理情况", "完成情况", "进展状态", "状态")
_YES_NO = frozenset({"是", "否", "有", "无", "√", "×"})
_DAY_WORDS = re.compile("日期|时间|时限|期限|年月|日$|到期")
_DUE_WORDS = re.compile("时限|期限|到期|截止")
_MONEY_WORDS = re.compile("金额|经费|资金|费用|元）|\\(元\\)|价")
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class ProposedColumn:
    """One column: `name` is its key, `said` in words what it was taken from."""

    name: str
    label: str
    type: FieldType
    choices: list[str] = field(default_factory=list)
    required: bool = False
    said: str = ""


@dataclass(slots=True)
class Proposal:
    """What a table proposes; `left_out` are headers that every ledger has anyway, `rows` what stands below."""

    title: str
    columns: list[ProposedColumn]
    states: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    rows: int = 0


def propose(name: str, rows: Sequence[Sequence[object]], merged: Collection[Block] = ()) -> Proposal | None:
    """Read a messy sheet: title rows, a header of one or two rows, merged cells, mixed dates; None without a header."""
    top = _header_row(rows, merged)
    if top is None:
        return None
    heads, first = _headers(rows, top, merged)
    data = [row for row in rows[first:] if any(_text(cell) for cell in row)]
    found = Proposal(_title(name, rows[:top]), [], rows=len(data))
    for place, head in enumerate(heads):
        cells = [row[place] for row in data if place < len(row) and _text(row[place])]
        if not head:
            continue
        if head in _STATES and (said := _answers(cells)):
            found.states = said
            found.left_out.append(head)
        elif head in _OWN:
            found.left_out.append(head)
        else:
            found.columns.append(_column(f"c{len(found.columns) + 1}", _unlike(head, found.columns), cells))
    if found.columns:
        found.columns[0].required = True
        return found
    return None


def blank() -> Proposal:
    """What a ledger from scratch begins with: what, who, until when."""
    return Proposal(
        "",
        [
            ProposedColumn("c1", "事项", FieldType.TEXT, required=True),
            ProposedColumn("c2", "责任人", FieldType.TEXT),
            ProposedColumn("c3", "完成时限", FieldType.DATE),
            ProposedColumn("c4", "备注", FieldType.LONG_TEXT),
        ],
        ["办理中", "已办结"],
    )


def due_of(columns: Iterable[ProposedColumn]) -> str | None:
    """The column that is called like a deadline."""
    dates = [column for column in columns if column.type is FieldType.DATE]
    return next((column.name for column in dates if _DUE_WORDS.search(column.label)), None)


def template_of(found: Proposal, key: str, *, due: str | None = None, readers: Sequence[str] = ()) -> dict[str, Any]:
    """The template as data; the last of several states is the end, and may be left again with a reason."""
    made: dict[str, Any] = {"key": key, "title": found.title.strip(), "ledger_class": LEDGER_CLASSES[-1]}
    made["columns"] = [column_data(column) for column in found.columns]
    states = found.states or ["在册"]
    keys = [f"s{number}" for number in range(1, len(states) + 1)]
    made["states"] = [{"key": one, "label": words} for one, words in zip(keys, states, strict=True)]
    made["transitions"] = []
    if len(keys) > 1:
        made["states"][-1]["terminal"] = True
        roles = ["administrator", "clerk", "secretary"]
        pairs = [(a, b) for a in keys for b in keys if a != b]
        made["transitions"] = [
            {"source": a, "target": b, "roles": roles} | ({"reason": True} if a == keys[-1] else {}) for a, b in pairs
        ]
    if due is not None:
        made |= {"due": due, "lead_days": [7, 0]}
    if readers:
        made |= {"restricted": True, "readers": list(readers)}
    return made


def column_data(column: ProposedColumn, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A column as data, over what the template said of it before."""
    made = dict(before or {"name": column.name, "table": True})
    made |= {"label": column.label.strip(), "type": column.type.value}
    for key in ("choices", "codes"):
        if column.choices or column.type not in (FieldType.CODE, FieldType.CODES):
            made.pop(key, None)
    if column.choices and column.type in (FieldType.CODE, FieldType.CODES):
        made["choices"] = list(column.choices)
    if column.type is FieldType.DECIMAL:
        made.setdefault("places", 2)
    elif before is not None and before.get("type") == FieldType.DECIMAL.value:
        made.pop("places", None)
    if column.required:
        made["required"] = True
    else:
        made.pop("required", None)
    return made


def _text(cell: object) -> str:
    return "" if cell is None else _SPACES.sub("", str(cell))


def _header_row(rows: Sequence[Sequence[object]], merged: Collection[Block]) -> int | None:
    """The row with most words, above the first row that is as full: a header says many different things in words."""
    best, most = None, 1
    for index, row in enumerate(rows[:_LOOKED_AT]):
        words = {_text(cell) for cell in row if isinstance(cell, str) and _text(cell)}
        figures = sum(1 for cell in row if cell is not None and (not isinstance(cell, str) or parse_date(cell).value))
        wide = sum(1 for block in merged if block[0] == index and block[1] < block[3])
        if len(words) - figures + wide > most and all(len(word) <= _LONG for word in words):
            best, most = index, len(words) - figures + wide
            if figures == 0 and len(words) > 2:
                break
    return best


def _headers(rows: Sequence[Sequence[object]], top: int, merged: Collection[Block]) -> tuple[list[str], int]:
    """The headers, and the first row of data; of two rows the lower one counts, with the upper where it repeats."""
    width = max(len(row) for row in rows[top:])
    upper = [_text(cell) for cell in rows[top]] + [""] * (width - len(rows[top]))
    wide = [block for block in merged if block[0] == top and block[1] < block[3] and block[2] == top]
    tall = [block for block in merged if block[0] == top and block[2] > top]
    if not wide and not tall or top + 1 >= len(rows):
        return upper, top + 1
    below = [_text(cell) for cell in rows[top + 1]] + [""] * (width - len(rows[top + 1]))
    group = dict[int, str]()
    for block in wide:
        group.update(dict.fromkeys(range(block[1], block[3] + 1), upper[block[1]]))
    if not any(below[place] for place in group):
        return upper, max([top, *(block[2] for block in tall)]) + 1
    twice = {word for word, times in Counter(filter(None, below)).items() if times > 1}
    heads = []
    for place in range(width):
        word, over = below[place], group.get(place, "")
        heads.append((over + word if word in twice else word) if word else over or upper[place])
    return heads, top + 2


def _title(name: str, above: Sequence[Sequence[object]]) -> str:
    told = [text for row in above for cell in row if (text := _text(cell)) and not parse_date(text).value]
    said = next((text for text in told if "：" not in text and len(text) <= _LONG), name)
    return re.sub("[（(].*?[)）]$|^[0-9]{4}年度?", "", said) or name


def _unlike(head: str, columns: Sequence[ProposedColumn]) -> str:
    """A header that another column has gets a number; one that every entry has of its own is the sheet's (原编号)."""
    own = {spec.label for spec in LEDGER_ENTRY.fields}
    taken = {column.label for column in columns} | own
    head = f"原{head}" if head in own else head
    made, number = head, 2
    while made in taken:
        made, number = f"{head}{number}", number + 1
    return made


def _column(name: str, label: str, cells: Sequence[object]) -> ProposedColumn:
    texts = [str(cell).strip() for cell in cells]
    for kind, said, fits in _KINDS:
        hits = sum(1 for cell in cells if fits(label, cell))
        if cells and hits >= _MOSTLY * len(cells):
            odd = len(cells) - hits
            return ProposedColumn(name, label, kind, said=f"{len(cells)}格里{hits}格是{said}" if odd else f"都是{said}")
    if texts and set(texts) <= _YES_NO:
        return ProposedColumn(name, label, FieldType.BOOLEAN, said="都是“是”“否”一类")
    if answers := _answers(cells):
        return ProposedColumn(name, label, FieldType.CODE, answers, said=f"只有{len(answers)}种写法")
    if any(len(text) > _LONG for text in texts):
        return ProposedColumn(name, label, FieldType.LONG_TEXT, said="有较长的文字")
    if not cells and _DAY_WORDS.search(label):
        return ProposedColumn(name, label, FieldType.DATE, said="照列名")
    return ProposedColumn(name, label, FieldType.TEXT, said="" if cells else "没有内容")


def _answers(cells: Sequence[object]) -> list[str]:
    """The few answers of a column that repeats itself, in the order in which they come; else none."""
    found = Counter(str(cell).strip() for cell in cells if isinstance(cell, str))
    few = 2 <= len(found) <= _MOST_CHOICES and len(cells) >= 2 * len(found)
    return list(found) if few and all(len(word) <= _LONGEST_CHOICE and "|" not in word for word in found) else []


def _is_date(label: str, cell: object) -> bool:
    if isinstance(cell, date):
        return True
    plain = isinstance(cell, int | float) or str(cell).strip().isdigit()
    return (not plain or bool(_DAY_WORDS.search(label))) and parse_date(cell).value is not None


def _number(cell: object) -> float | None:
    written = str(cell).strip()
    # 007 is a code, and a number with its noughts lost would be another one.
    if isinstance(cell, bool) or (len(written) > 1 and written[0] == "0" and written.isdigit()):
        return None
    try:
        return float(str(cell).replace(",", "").replace("，", "").removesuffix("元"))
    except ValueError:
        return None


def _is_money(label: str, cell: object) -> bool:
    return bool(_MONEY_WORDS.search(label)) and _number(cell) is not None


def _is_whole(_label: str, cell: object) -> bool:
    number = _number(cell)
    return number is not None and number == number // 1 and abs(number) < 10**9


def _is_decimal(_label: str, cell: object) -> bool:
    return _number(cell) is not None and not (str(cell).isdigit() and len(str(cell)) > 9)


_KINDS: tuple[tuple[FieldType, str, Callable[[str, object], bool]], ...] = (
    (FieldType.ID_NUMBER, "公民身份号码", lambda _l, cell: bool(re.fullmatch("[0-9]{17}[0-9Xx]", str(cell).strip()))),
    (FieldType.PHONE, "手机号码", lambda _l, cell: bool(re.fullmatch("1[3-9][0-9]{9}(?:\\.0)?", str(cell).strip()))),
    (FieldType.DATE, "日期", _is_date),
    (FieldType.MONEY, "金额", _is_money),
    (FieldType.INTEGER, "整数", _is_whole),
    (FieldType.DECIMAL, "数", _is_decimal),
)
