"""Rows that are no records: totals, signatures, notes, lines that name a unit, instructions, examples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum

from dangjian_desktop.domain.imports.unit_lines import LineSort, UnitLine, read_unit_line, unit_in
from dangjian_desktop.domain.records.fields import FieldType, KindSpec

EXAMPLE_MARK = "示例"
"""Begins the example row of the sheets this program gives out; such rows are never read."""


class RowKind(Enum):
    """What a row below the header is; `UNREAD` is told to the person, and `DOUBTFUL` may name another unit."""

    DATA = "data"
    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    SECTION = "section"
    DOUBTFUL = "doubtful"
    HEADER = "header"
    EXAMPLE = "example"
    UNREAD = "unread"


_TOTAL = re.compile(
    r"(?:本页|全页|本表|本支部|支部|.{1,30}(?:支部|总支|党委|小组|社区|村))?"
    r"(?:合计|总计|小计|共计|累计|总人数|总数)(?:人数|\(.*\))?:?\d*(?:人|名|元)?|共\d+(?:人|名).*"
)
_SIGNATURE_WORDS = (
    "填表人|填报人|制表人|制表|审核人|审核|复核人|负责人|经办人|联系人|联系电话|填报时间|填表时间|填表日期|填报日期|制表时间|"
    "制表日期|盖章|党支部书记|支部书记|书记|主管领导|分管领导|备注|注|附注|说明|填表说明|填报说明|注意事项|日期|打印时间|打印日期"
)
_NOTE = re.compile(
    rf"(?:单位|党支部|支部)?(?:{_SIGNATURE_WORDS})(?:签字|签名|盖章)?(?:\(.*?\))?:.*|(?:注|说明|备注|填表说明)\d?[、.].*|"
    r"(?:填表人|填报人|制表人|审核人|单位负责人|支部书记)(?:签字|签名)?(?:\(.*?\))?|\(盖章\)|单位\(盖章\)|"
    r"第?\d+页,?共\d+页|第\d+页|续表|\(?以下空白\)?|\(?此页无正文\)?|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
)
_EXAMPLE = re.compile(rf"[\[(【（]?(?:{EXAMPLE_MARK}|样例|填写示例|举例|例:|例如)")
_INSTRUCTION = re.compile(
    r"\(?(?:非?必填项?|必须填写?|选填项?|可填|可不填|可空|可选|必选|单选|多选|勾选|下拉(?:选择|菜单|框)?(?:填写)?|自动(?:生成|计算|填写)?|不用填|无需填写|"
    r"(?:格式)?(?:如|例|例如|比如|举例|格式|填写|示例|样例|请|按|填|从|精确到|须|需|应).*|文本(?:格式)?|数字(?:格式)?|日期(?:格式)?|汉字|整数|"
    r"[Yy]{4}.*|\d+位.*|(?:最多|不超过|限)\d+.*|.*(?:填写|格式|必填|选填|下拉选择).*)\)?"
)
SUSPECT_STARTS = frozenset("合总小共本全累填制审复负经联报单党支书主分盖备注附说示样举例第必选可如[(【（ \u3000")
"""First characters that make a row worth a second look; all others are records without further ado."""

_UNIT_ENDS = frozenset("部组委会支村区)）:：人名】]")
_LABEL = re.compile(
    r"(?:党总支|党支部|支部|总支|党委|党小组)?(?:副?书记|负责人|联系人|组长|委员|人数|党员数|电话|手机)(?:姓名)?(?::.*)?"
)
_DIGITS_OF_A_PERSON = 15
_NAMED = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•?？□]{2,15}|[A-Za-z .·]{2,40}")


class RowSorter:
    """Tells what each row of one table is, by the columns of its header."""

    def __init__(self, kind: KindSpec, headers: Sequence[str], fields: Sequence[str | None]) -> None:
        self._headers = headers
        specs = {spec.name: spec for spec in kind.fields}
        known = [(column, specs[name]) for column, name in enumerate(fields) if name in specs]
        self.key = next((c for spec in kind.fields if spec.required for c, own in known if own.name == spec.name), 0)
        key_spec = next((spec for column, spec in known if column == self.key), None)
        self._units = {column for column, spec in known if spec.type is FieldType.ORGANISATION}
        self._telling = [column for column, _ in known if column not in self._units]
        self._number = next((column for column, spec in known if spec.type is FieldType.ID_NUMBER), None)
        self._person = key_spec is not None and "姓名" in key_spec.label
        self._divides = "organisation" in specs and kind.name != "organisation"
        self._suspects = sorted({0, min(1, len(fields) - 1), self.key})

    def is_plain(self, row: Sequence[object]) -> bool:
        """The quick road: a person with a number of many digits, and nothing about the row that is worth a look."""
        name = row[self.key]
        if self._number is None or not isinstance(name, str) or not name:
            return False
        number = row[self._number]
        if not isinstance(number, str) or not number[:6].isdecimal() or len(number) < 15:
            return False
        if name.isdecimal() or name[-1] in _UNIT_ENDS or name == self._headers[self.key]:
            return False
        return not any(isinstance(cell := row[c], str) and cell[:1] in SUSPECT_STARTS for c in self._suspects)

    def sort(self, row: Sequence[object]) -> tuple[RowKind, UnitLine | None]:
        """What a row is, and the line about a unit where it is one."""
        filled = [(column, cell) for column, cell in enumerate(row) if cell is not None and str(cell).strip()]
        if not filled:
            return RowKind.BLANK, None
        texts = [_compact(str(cell)) for _, cell in filled[:3]]
        if _EXAMPLE.match(texts[0]) or (len(texts) > 1 and _EXAMPLE.match(texts[1])):
            return RowKind.EXAMPLE, None
        if any(_TOTAL.fullmatch(text) for text in texts) and not self._has_number(row):
            return RowKind.TOTAL, None
        if self._is_instruction(row, filled):
            return RowKind.EXAMPLE, None
        if _NOTE.fullmatch(texts[0]) and not self._looks_like_record(row, texts[0]):
            if self._divides and self._names_unit(filled):
                return self._line(row, filled)
            return RowKind.NOTE, None
        if sum(_compact(str(cell)) == _compact(self._headers[c]) for c, cell in filled) >= max(2, len(filled) // 2):
            return RowKind.HEADER, None
        if _is_numbering([cell for _, cell in filled]):
            return RowKind.NOTE, None
        return self._line(row, filled) if self._divides else (self._undivided(filled), None)

    def _undivided(self, filled: Sequence[tuple[int, object]]) -> RowKind:
        if len(filled) > 1:
            return RowKind.DATA if any(column in self._telling for column, _ in filled) else RowKind.UNREAD
        column, text = filled[0][0], _compact(str(filled[0][1]))
        if column == self.key:
            return RowKind.DATA
        return self._alone(column, text)

    def _alone(self, column: int, text: str) -> RowKind:
        if re.fullmatch(r"\d+(?:\.0)?", text) and column not in self._telling:
            return RowKind.BLANK
        return RowKind.DATA if column in self._telling and len(text) < 20 and column > 1 else RowKind.UNREAD

    def _line(self, row: Sequence[object], filled: Sequence[tuple[int, object]]) -> tuple[RowKind, UnitLine | None]:
        """A row of a table whose rows belong to units: a record, or a line about the unit of those below."""
        name = _compact(str(row[self.key])) if row[self.key] is not None else ""
        line = read_unit_line([str(cell) for _, cell in filled])
        others = [column for column, _ in filled if column in self._telling and column != self.key]
        if self._is_record(row, name, line, filled, others):
            return RowKind.DATA, None
        if line.sort is LineSort.UNIT and not (line.name == name and _is_short_place(name)):
            return RowKind.SECTION, line
        if line.sort is not LineSort.OTHER:
            return RowKind.DOUBTFUL, line
        if len(filled) == 1:
            return (RowKind.DATA if filled[0][0] == self.key else self._alone(filled[0][0], str(filled[0][1]))), None
        if any(column in self._telling for column, _ in filled):
            return RowKind.DATA, None
        plain = all(re.fullmatch(r"\d+(?:\.0)?", _compact(str(cell))) for _, cell in filled)
        return (RowKind.BLANK if plain else RowKind.UNREAD), None

    def _is_record(
        self,
        row: Sequence[object],
        name: str,
        line: UnitLine,
        filled: Sequence[tuple[int, object]],
        others: Sequence[int],
    ) -> bool:
        named = bool(_NAMED.fullmatch(name)) and unit_in(name) is None and not _LABEL.fullmatch(name)
        outside = [column for column, cell in filled if column not in self._units and unit_in(str(cell)) is not None]
        if self._has_number(row):
            # A secretary's telephone may stand in that column too.
            digits = len(re.findall(r"\d", str(row[self._number or 0])))
            return named or not outside or digits >= _DIGITS_OF_A_PERSON
        if line.sort is LineSort.OTHER:
            return False
        if not self._person:
            # What the rows are about may be units and companies: a line says nothing in a column besides.
            return bool(others) or (len(filled) > 1 and bool(name) and unit_in(name) is None)
        telling = [column for column in others if not _is_decoration(row[column])]
        if named:
            # 第二党支部 in the first cell and its secretary in the second is no record.
            return bool(telling) or not outside or outside[0] > self.key
        # 第二党支部 in the column of names, with its secretary and a telephone in columns of other things.
        return len(telling) >= 2 and unit_in(name) is None

    def _names_unit(self, filled: Sequence[tuple[int, object]]) -> bool:
        """Whether a line that begins like a signature (支部书记：某某) names the unit in one of its cells."""
        return any(unit_in(str(cell)) is not None for _, cell in filled)

    def _has_number(self, row: Sequence[object]) -> bool:
        cell = row[self._number] if self._number is not None else None
        return cell is not None and len(re.findall(r"\d", str(cell))) >= 6

    def _is_instruction(self, row: Sequence[object], filled: Sequence[tuple[int, object]]) -> bool:
        said = sum(bool(_INSTRUCTION.fullmatch(_compact(str(cell)))) for _, cell in filled if isinstance(cell, str))
        name = row[self.key]
        named = isinstance(name, str) and name.strip() and not _INSTRUCTION.fullmatch(_compact(name))
        return said >= 2 and said * 2 >= len(filled) and not (named and self._person and said * 3 < len(filled) * 2)

    def _looks_like_record(self, row: Sequence[object], first: str) -> bool:
        # A remark "注：…" may stand in the first column of a true record.
        name = row[self.key]
        named = isinstance(name, str) and bool(name.strip()) and _compact(name) != first
        told = sum(1 for column in self._telling if row[column] not in (None, ""))
        return named and told > max(3, len(self._telling) // 2)


def _is_decoration(cell: object) -> bool:
    text = _compact(str(cell))
    return bool(re.fullmatch(r"共?\d{1,5}(?:\.0)?[人名]?", text) or _LABEL.fullmatch(text) or unit_in(text))


def _is_short_place(name: str) -> bool:
    """王村 and 李院 may be people: alone in the column of names they are nothing sure."""
    return len(name) <= 3 and unit_in(name) is None


def _is_numbering(cells: Sequence[object]) -> bool:
    """The row 1 2 3 4 … (or 甲 乙 1 2 3) that numbers the columns below some headers."""
    numbers = [_compact(str(cell)).removesuffix(".0") for cell in cells]
    plain = [text for text in numbers if text not in ("甲", "乙", "丙", "丁", "栏次")]
    if len(plain) < 3 or not plain[0].isdecimal():
        return False
    first = int(plain[0])
    return plain == [str(number) for number in range(first, first + len(plain))]


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
