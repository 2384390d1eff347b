"""Sum, average and count of what is selected, as a spreadsheet says them in its status line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, QTimer

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .record_model import PAGE

if TYPE_CHECKING:
    from .record_table import RecordTable

NUMBERS = (FieldType.INTEGER, FieldType.MONEY, FieldType.YEARS, FieldType.DECIMAL)
MOST = 20_000
"""So many rows at most are printed and summed up; more are added up by a source that can, else not at all."""
_MILLION = 10**6
_PAUSE = 150  # ms of rest before a selection is summed up
_COLUMNS = 3
"""So many columns of numbers are told side by side."""


@runtime_checkable
class AddsUp(Protocol):
    """A source that adds up columns of very many rows by itself; called in worker threads."""

    def sums(self, ids: Sequence[str], fields: Sequence[str]) -> Mapping[str, tuple[Decimal, int]]:
        """By column what it comes to (money in fen), and in how many rows it is filled."""
        ...


def number_of(spec: FieldSpec, text: str) -> int | None:
    """A printed number as an integer, money in fen, decimals in millionths; None where there is none."""
    bare = text.replace(",", "").removesuffix("年")
    if spec.type is FieldType.DECIMAL:
        try:
            return int(Decimal(bare) * _MILLION)
        except InvalidOperation:
            return None
    if spec.type is FieldType.MONEY:
        yuan, dot, fen = bare.partition(".")
        bare = yuan + (fen + "00")[:2] if dot else f"{yuan}00" if yuan else ""
    return int(bare) if bare.removeprefix("-").isdecimal() else None


def printed(spec: FieldSpec, total: int, count: int = 1) -> str:
    """A sum, or with `count` an average: money to the fen, others to two places where they are not whole."""
    if spec.type is FieldType.MONEY:
        return _hundredths(total, count)
    if spec.type is FieldType.DECIMAL:
        places = 6 if count == 1 else 2
        return f"{Decimal(total) / count / _MILLION:,.{places}f}".rstrip("0").rstrip(".")
    if total % count == 0:
        return f"{total // count:,}"
    return _hundredths(total * 100, count).rstrip("0").rstrip(".")


def _hundredths(total: int, count: int) -> str:
    """total/count hundredths with two places, halves away from nothing."""
    whole = (abs(total) * 2 + count) // (2 * count)
    return f"{'-' if total < 0 and whole else ''}{whole // 100:,}.{whole % 100:02d}"


def told(specs: Sequence[FieldSpec], rows: Sequence[Mapping[str, str]]) -> str:
    """The words for these columns of these rows; columns of numbers are named where there are several columns."""
    numeric = [spec for spec in specs if spec.type in NUMBERS]
    if not numeric:
        filled = sum(1 for spec in specs for row in rows if row.get(spec.name))
        return f"计数 {filled}" if len(specs) == 1 else ""
    sums = {}
    for spec in numeric[:_COLUMNS]:
        found = [value for row in rows if (value := number_of(spec, row.get(spec.name) or "")) is not None]
        sums[spec.name] = sum(found), len(found)
    return _words(specs, sums)


def told_sums(specs: Sequence[FieldSpec], sums: Mapping[str, tuple[Decimal, int]]) -> str:
    """The same of columns that a source added up; those that it cannot add up are not told."""
    whole = {
        spec.name: (int(total * (_MILLION if spec.type is FieldType.DECIMAL else 1)), count)
        for spec in specs
        if spec.name in sums
        for total, count in [sums[spec.name]]
    }
    return _words(specs, whole)


def _words(specs: Sequence[FieldSpec], sums: Mapping[str, tuple[int, int]]) -> str:
    parts = []
    for spec in [spec for spec in specs if sums.get(spec.name, (0, 0))[1]][:_COLUMNS]:
        total, count = sums[spec.name]
        name = f"{spec.label}：" if len(specs) > 1 else ""
        parts.append(f"{name}求和 {printed(spec, total)}　平均 {printed(spec, total, count)}　计数 {count}")
    return "；".join(parts)


class SelectionSums(QObject):
    """Watches a table's selection and tells its sums to `show`; the rows are read in a worker."""

    def __init__(self, table: RecordTable, fetch: Callable[..., object], show: Callable[[str], None]) -> None:
        super().__init__(table)
        self._table, self._fetch, self._show = table, fetch, show
        self._token = 0
        self._shown = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask)
        table.view.selection_moved.connect(self._moved)

    def _moved(self) -> None:
        self._token += 1
        self._tell("")
        if self._table.view.selected_count() > 1:
            self._pause.start()
        else:
            self._pause.stop()

    def _ask(self) -> None:
        table, token = self._table, self._token
        specs = [table.model.spec(table.model.fields.index(name)) for name in table.selected_fields()]
        worth = len(specs) == 1 or any(spec.type in NUMBERS for spec in specs)
        if not worth:
            return
        if table.view.selected_count() > MOST:
            self._ask_source(specs)
            return
        ids, source = table.selected_ids(), table.frozen_source()
        names = [spec.name for spec in specs if len(specs) == 1 or spec.type in NUMBERS]

        def work() -> str:
            rows: list[dict[str, str]] = []
            for start in range(0, len(ids), PAGE):
                rows += source.rows(ids[start : start + PAGE], names)
            return told(specs, rows)

        self._fetch(work, lambda words: self._take(token, words), owner=self)

    def _ask_source(self, specs: Sequence[FieldSpec]) -> None:
        """All of a long list is added up where its source can; no row of it is printed for that."""
        table, token, source = self._table, self._token, self._table.frozen_source()
        names = [spec.name for spec in specs if spec.type in NUMBERS]
        ids = table.model.ids
        if not names or not isinstance(source, AddsUp) or table.view.selected_count() < len(ids):
            self._tell(f"选中超过 {MOST} 行，不求和")
            return
        # The list of the model is replaced by a new one, never changed.
        self._fetch(lambda: told_sums(specs, source.sums(ids, names)), lambda w: self._take(token, w), owner=self)

    def _take(self, token: int, words: str) -> None:
        if token == self._token:
            self._tell(words)

    def _tell(self, words: str) -> None:
        if words != self._shown:
            self._shown = words
            self._show(words)
