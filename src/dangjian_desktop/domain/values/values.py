"""One cell of a sheet becomes one stored value, or a plain reason why it could not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dangjian_desktop.domain.imports.columns import Plain, plain_names, plain_phones, plain_texts
from dangjian_desktop.domain.ledgers.columns import LedgerColumn, choices, out_of_bounds
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .cell_text import (
    BLANK_MARKS,
    ERROR_VALUES,
    MULTIPLES,
    NUMBER,
    PHONE,
    SEVERAL_PHONES,
    cell_text,
    clean_name,
    phone_digits,
    split_remark,
    why_no_number,
)
from .characters import cleaned, unknown_private
from .clock_text import split_span
from .codes import CodeTables, clean
from .id_numbers import check_id_number, plain_id_numbers
from .partial_dates import parse_date
from .several import words_of

_OWN_CHARACTER = "有一个字是某台电脑自造的，换一台电脑就显示不出，请改用标准的字"
_FEN = Decimal(100)
_TOO_LARGE = Decimal(10) ** 12  # beyond what any office counts, and still whole fen in a column of the file


class CellResult(NamedTuple):
    """What one cell gives: `value` to store, `original` text worth keeping, and why it is not usable or doubtful.

    A blank cell gives only None. `until` is the end where a time of day says both, as 14:30-16:00.
    """

    value: object = None
    original: str | None = None
    error: str | None = None
    warning: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about one cell, as listed to the person; `row` is the sheet's own row number."""

    row: int
    column: str
    value: str
    reason: str
    severity: str = "error"
    sheet: str = ""


@dataclass(slots=True)
class ColumnReading:
    """A whole column read at once: one value per cell, and only the remarkable cells by their index."""

    values: list[object]
    remarks: dict[int, CellResult] = field(default_factory=dict)


EMPTY = CellResult()


class FieldReader:
    """Reads the cells of one field; remembers what it has read, so that repeated words cost nothing.

    `on` is today for ages. `value_map` (the person's own choice, such as 0 → 2 for a sex written 1/0) goes before
    the code lists. `header` tells a unit written there, as in 金额（万元）. `year` is that of dates which name none.
    """

    def __init__(
        self,
        spec: FieldSpec,
        codes: CodeTables,
        *,
        on: date,
        date1904: bool = False,
        value_map: Mapping[str, str] | None = None,
        header: str = "",
        year: int | None = None,
    ) -> None:
        self.spec = spec
        self._codes = codes
        self._on = on
        self._date1904 = date1904
        self._year = year
        self._value_map = dict(value_map or {})
        self._scale = 10000 if "万元" in header else 1
        self._provinces = frozenset(code for code, _ in codes.choices("provinces"))
        self._convert = self._converter()
        self._memory = _Memory(self._read_new)
        self._plain = self._plain_reader()

    def read(self, cell: object, display: str | None = None) -> CellResult:
        """Read one cell; `display` is the text shown by the sheet where it says more than the stored value."""
        if display is not None and self.spec.type is FieldType.DATE:
            return self._date(cell, display)
        return self._read_new(cell)

    def read_column(self, cells: Sequence[object], displays: Mapping[int, str] | None = None) -> ColumnReading:
        """Read many cells of this field; `displays` holds the shown text of some, by index."""
        reading = self._read_plain(cells) if self._plain else self._read_repeated(cells)
        for index, display in (displays or {}).items():
            _put(reading, index, self.read(cells[index], display))
        return reading

    def _read_plain(self, cells: Sequence[object]) -> ColumnReading:
        """For fields whose cells differ from row to row."""
        assert self._plain is not None
        values, odd = self._plain(cells)
        reading = ColumnReading(values)
        for index in odd:
            _put(reading, index, self._read_new(cells[index]))
        return reading

    def _read_repeated(self, cells: Sequence[object]) -> ColumnReading:
        """For fields whose cells repeat a few words: every word is read once."""
        memory = self._memory
        # True and 1.0 are one key to a dictionary, so truth values go past the memory.
        truths = {True: self._read_new(True), False: self._read_new(False)} if bool in set(map(type, cells)) else {}
        if truths:
            results = [truths[cell] if cell is True or cell is False else memory[cell] for cell in cells]
        else:
            results = [memory[cell] for cell in cells]
        reading = ColumnReading([result[0] for result in results])
        nothing = EMPTY[1:]
        if any(result[1:] != nothing for result in (*memory.values(), *truths.values())):
            reading.remarks = {index: result for index, result in enumerate(results) if result[1:] != nothing}
        return reading

    def _plain_ids(self, cells: Sequence[object]) -> Plain:
        return plain_id_numbers(cells, on=self._on, provinces=self._provinces)

    def _read_new(self, cell: object) -> CellResult:
        if cell is None or cell == "":
            return EMPTY
        if isinstance(cell, str):
            cell = cleaned(cell)
        if isinstance(cell, str) and (text := cell.strip()) in ERROR_VALUES:
            return CellResult(None, text, f"单元格是公式错误{text}，按空处理")
        result = self._convert(cell)
        refused = out_of_bounds(self.spec, result.value)
        return CellResult(None, cell_text(cell), refused) if refused else result

    def _plain_reader(self) -> Callable[[Sequence[object]], Plain] | None:
        """The quick road for fields with a value of their own in every row."""
        kind = self.spec.type
        if kind is FieldType.TEXT and _names_a_person(self.spec):
            return plain_names
        if kind in (FieldType.TEXT, FieldType.LONG_TEXT):
            return plain_texts
        if kind is FieldType.PHONE:
            return plain_phones
        return self._plain_ids if kind is FieldType.ID_NUMBER else None

    def _converter(self) -> Callable[[object], CellResult]:
        by_type: dict[FieldType, Callable[[object], CellResult]] = {
            FieldType.TEXT: self._name if _names_a_person(self.spec) else self._text,
            FieldType.LONG_TEXT: self._text,
            FieldType.CODE: self._code,
            FieldType.DATE: lambda cell: self._date(cell, None),
            FieldType.MOMENT: self._moment,
            FieldType.INTEGER: self._integer,
            FieldType.YEARS: self._integer,
            FieldType.MONEY: self._money,
            FieldType.BOOLEAN: self._boolean,
            FieldType.ID_NUMBER: self._id_number,
            FieldType.PHONE: self._phone,
            FieldType.ORGANISATION: self._reference,
            FieldType.MEMBER: self._member,
            FieldType.PICTURE: self._text,
            FieldType.DECIMAL: self._decimal,
            FieldType.CODES: self._several_answers,
            FieldType.MEMBERS: self._several_members,
            FieldType.ENTRY: self._text,
            FieldType.ATTACHMENT: self._text,
            FieldType.COMPUTED: self._text,
        }
        return by_type[self.spec.type]

    def _text(self, cell: object) -> CellResult:
        text = cell_text(cell)
        if text in BLANK_MARKS:
            return EMPTY
        if isinstance(cell, date | time | timedelta):
            return CellResult(text, text, None, f"表格把这一格存成了日期或时间，读成{text}，请核对")
        if "\ufffd" in text:
            return CellResult(None, text, "有无法辨认的字，可能是文件编码损坏，请重填")
        return CellResult(text, None, None, _OWN_CHARACTER) if unknown_private(text) else CellResult(text)

    def _name(self, cell: object) -> CellResult:
        if not isinstance(cell, str):
            return CellResult(None, cell_text(cell), "姓名不能是数字或日期")
        text = clean_name(cell)
        if text in BLANK_MARKS:
            return EMPTY
        if "\ufffd" in text:
            return CellResult(None, cell, "姓名中有无法辨认的字，请重填")
        bare, remark = split_remark(text)
        if remark:
            return CellResult(bare, cell.strip(), None, f"姓名里的“{remark}”像是备注，按“{bare}”读入，请核对")
        # Spaces that only line names up are not worth keeping; another middle dot is.
        original = cell.strip() if text != cell and text != "".join(cell.split()) and "·" in text else None
        if re.search("[?？□■*＊]", text):
            return CellResult(text, cell, None, "姓名中有“?”或方框，可能是生僻字丢失，请核对")
        if re.search("[0-9]", text):
            return CellResult(text, cell, None, "姓名中有数字，请核对")
        if unknown_private(text):
            return CellResult(text, cell, None, _OWN_CHARACTER)
        return CellResult(text, original)

    def _member(self, cell: object) -> CellResult:
        """A person's name, or the ID number where there are two of one name."""
        if isinstance(cell, str) and cell.strip(" '‘’")[:6].isdecimal():
            check = check_id_number(cell, on=self._on)
            return CellResult(check.normalised) if check.ok else CellResult(None, cell.strip(), check.error)
        return self._name(cell)

    def _reference(self, cell: object) -> CellResult:
        text = "".join(cell_text(cell).split())
        return EMPTY if text in BLANK_MARKS else CellResult(text)

    def _code(self, cell: object) -> CellResult:
        text = cell_text(cell)
        table = self.spec.codes or ""
        mapped = self._value_map.get(text)
        if answers := choices(self.spec):
            return self._choice(text if mapped is None else mapped, answers)
        code = self._codes.code_of(table, mapped if mapped is not None else text)
        if code is not None:
            return CellResult(code)
        if text in BLANK_MARKS:
            return EMPTY
        near = self._codes.nearest(table, text)
        hint = f"，是不是{'、'.join(near)}" if near else ""
        return CellResult(None, text, f"“{text}”不是认识的{self.spec.label}{hint}")

    def _choice(self, text: str, answers: Sequence[str]) -> CellResult:
        """A column that names its answers in place stores the answer itself."""
        wanted = clean(text)
        if found := next((answer for answer in answers if clean(answer) == wanted), None):
            return CellResult(found)
        if text in BLANK_MARKS:
            return EMPTY
        return CellResult(None, text, f"“{text}”不是认识的{self.spec.label}，可填{'、'.join(answers)}")

    def _date(self, cell: object, display: str | None) -> CellResult:
        parsed = parse_date(cell, display=display, date1904=self._date1904, year=self._year)
        return CellResult(parsed.value, parsed.original, parsed.error, parsed.warning)

    def _moment(self, cell: object) -> CellResult:
        if isinstance(cell, datetime):
            return CellResult(cell.isoformat(timespec="minutes"))
        day, clock, end = cell_text(cell), None, None
        if isinstance(cell, str):
            day, clock, end = split_span(cell_text(cell))
        elif isinstance(cell, float) and not cell.is_integer() and 2100 < cell < 73051:
            moment = datetime(
                1904 if self._date1904 else 1899, 1 if self._date1904 else 12, 1 if self._date1904 else 30
            )
            moment += timedelta(days=round(cell * 1440) / 1440)
            return CellResult(moment.isoformat(timespec="minutes"))
        if clock and not day:
            return CellResult(None, cell_text(cell), "只写了几点，没有写是哪一天")
        # A moment is never long ago: one without a year is this year's.
        year = self._year or self._on.year
        parsed = parse_date(day if isinstance(cell, str) else cell, date1904=self._date1904, year=year)
        if parsed.error or parsed.value is None:
            return CellResult(None, parsed.original and cell_text(cell), parsed.error, parsed.warning)
        if len(parsed.value) < 10:
            return CellResult(None, cell_text(cell), "时间要写到日，如2026-09-03 14:30")
        if clock is None:
            return CellResult(parsed.value, cell_text(cell), None, "只写了日期，没有写几点")
        original = cell_text(cell) if parsed.warning else None
        until = f"{parsed.value}T{end}" if end else None
        return CellResult(f"{parsed.value}T{clock}", original, None, parsed.warning, until)

    def _number(self, cell: object) -> tuple[Decimal | None, CellResult]:
        """The number in a cell; the result beside it carries only remarks."""
        if isinstance(cell, bool | date | time | timedelta):
            return None, CellResult(None, cell_text(cell), "这里要填数字")
        if isinstance(cell, int | float):
            number = Decimal(repr(cell))
            if not number.is_finite() or abs(number) >= _TOO_LARGE:
                return None, CellResult(None, str(cell), "这里要填数字" if number.is_nan() else "数字太大，请核对")
            return number, EMPTY
        text = cell_text(cell)
        if text in BLANK_MARKS:
            return None, EMPTY
        match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
        if match is None:
            return None, CellResult(None, text, why_no_number(text))
        amount = Decimal(match["digits"].replace(",", "")) * MULTIPLES[match["multiple"] or ""]
        if amount >= _TOO_LARGE:
            return None, CellResult(None, text, "数字太大，请核对")
        amount = -amount if match["minus"] else amount
        if match["about"] or match["more"]:
            return amount, CellResult(None, text, None, f"“{text}”是约数，按{amount:f}读入")
        return amount, CellResult(None, text if match["unit"] or match["multiple"] else None)

    def _integer(self, cell: object) -> CellResult:
        number, remark = self._number(cell)
        if number is None:
            return remark
        if number != number.to_integral_value():
            return CellResult(None, cell_text(cell), "这里要填整数")
        return CellResult(int(number), remark.original, None, remark.warning)

    def _money(self, cell: object) -> CellResult:
        number, remark = self._number(cell)
        if number is None:
            return remark
        exact = number * _FEN * self._scale
        fen = exact.to_integral_value(ROUND_HALF_UP)
        warning = remark.warning
        if abs(exact - fen) > Decimal("0.001"):
            warning = f"金额只记到分，按{fen / _FEN:.2f}元读入"
        return CellResult(int(fen), remark.original or (cell_text(cell) if warning else None), None, warning)

    def _decimal(self, cell: object) -> CellResult:
        number, remark = self._number(cell)
        if number is None:
            return remark
        places = self.spec.places if isinstance(self.spec, LedgerColumn) else 0
        kept = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        warning = remark.warning if kept == number else f"小数只记{places}位，按{kept:f}读入"
        return CellResult(f"{kept:f}", remark.original or (cell_text(cell) if warning else None), None, warning)

    def _several_answers(self, cell: object) -> CellResult:
        """Several answers in one cell, kept in the order of the list."""
        answers = choices(self.spec)
        words = words_of(cell, {clean(answer) for answer in answers}, clean)
        read = [self._choice(self._value_map.get(word, word), answers) for word in words]
        if wrong := next((each for each in read if each.error), None):
            return wrong
        told = {each.value for each in read}
        return CellResult([answer for answer in answers if answer in told] or None)

    def _several_members(self, cell: object) -> CellResult:
        read = [self._member(word) for word in words_of(cell)]
        if wrong := next((each for each in read if each.error), None):
            return wrong
        return CellResult(list(dict.fromkeys(each.value for each in read if each.value)) or None)

    def _boolean(self, cell: object) -> CellResult:
        if isinstance(cell, bool):
            return CellResult(cell)
        text = cell_text(cell)
        code = self._codes.code_of("yes_no", self._value_map.get(text, text))
        if code is not None:
            return CellResult(code == "1")
        return EMPTY if text in BLANK_MARKS else CellResult(None, text, f"“{text}”看不出是“是”还是“否”")

    def _id_number(self, cell: object) -> CellResult:
        if isinstance(cell, str) and cell.strip() in BLANK_MARKS:
            return EMPTY
        check = check_id_number(cell, on=self._on, provinces=self._provinces)
        if not check.ok:
            return CellResult(None, cell_text(cell), check.error)
        warning = "；".join(check.warnings) or None
        return CellResult(check.normalised, cell_text(cell) if warning else None, None, warning)

    def _phone(self, cell: object) -> CellResult:
        text = cell_text(cell)
        if text in BLANK_MARKS:
            return EMPTY
        numbers = [number for part in SEVERAL_PHONES.split(text) if (number := phone_digits(part))]
        if not numbers:
            return EMPTY
        first = numbers[0]
        if not PHONE.fullmatch(first):
            return CellResult(None, text, f"电话应为11位手机号或带区号的固定电话，这里是“{text}”")
        if len(numbers) > 1:
            return CellResult(first, text, None, "写了几个号码，取第一个")
        return CellResult(first)


def _names_a_person(spec: FieldSpec) -> bool:
    return "姓名" in spec.label or spec.label in ("曾用名", "主持人", "记录人")


def _put(reading: ColumnReading, index: int, result: CellResult) -> None:
    reading.values[index] = result.value
    reading.remarks.pop(index, None)
    if result[1:] != EMPTY[1:]:
        reading.remarks[index] = result


class _Memory(dict[object, CellResult]):
    """Results by cell; a missing one is read once."""

    def __init__(self, read: Callable[[object], CellResult]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: object) -> CellResult:
        result = self._read(cell)
        self[cell] = result
        return result


def read_cell(
    spec: FieldSpec,
    cell: object,
    codes: CodeTables,
    *,
    on: date,
    display: str | None = None,
    date1904: bool = False,
    value_map: Mapping[str, str] | None = None,
    year: int | None = None,
) -> CellResult:
    """Read a single cell of a field; for whole columns make one `FieldReader` and use `read_column`."""
    return FieldReader(spec, codes, on=on, date1904=date1904, value_map=value_map, year=year).read(cell, display)


def severity_of(result: CellResult, spec: FieldSpec) -> str | None:
    """What a cell's result means for its row: `error` keeps it out, `warning` is told, None is nothing to tell.

    An unusable cell is an error only where the field is required: elsewhere the field just stays empty.
    """
    if result.error and spec.required:
        return "error"
    return "warning" if result.error or result.warning else None
