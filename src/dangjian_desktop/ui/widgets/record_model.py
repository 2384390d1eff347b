"""The model of a long list: ordered ids, and rows by id loaded in pages off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from ...base.errors import UserError
from .job import JobRunner

PAGE = 200
KEPT_ROWS = 8_000
_PIECE = 2_000
WAITING = "…"
AnyIndex = QModelIndex | QPersistentModelIndex
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TYPED = _FLAGS | Qt.ItemFlag.ItemIsEditable
_NUMBERS = (FieldType.INTEGER, FieldType.MONEY, FieldType.YEARS)


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """One condition on a column, with the same names as the services' `Filter`.

    `op` is one of `eq ne contains in empty not_empty ge le`; `value` a text, a tuple for `in`, or None.
    `shown` is how the condition reads on its chip.
    """

    field: str
    op: str
    value: object = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Overlaid:
    """What was typed into a cell and is not in the file: on its way there, or refused with its `fault`."""

    text: str
    fault: str = ""


class RecordSource(Protocol):
    """Where a table's records come from; `ids` and `rows` are called in worker threads."""

    columns: Sequence[FieldSpec]

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order. `order` holds (field, descending); `text` is a part of a name, pinyin or number."""
        ...

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values of some records by field, each with its `id`; records gone meanwhile are left out."""
        ...


@dataclass(frozen=True, slots=True)
class _Order:
    """A new order as a worker made it; `before` is the order it replaces where both hold the same records."""

    ids: list[str]
    position: dict[str, int]
    before: list[str] | None


def _same_records(before: list[str], position: Mapping[str, int]) -> bool:
    # In pieces: one call over all of a long list would hold up the window's thread.
    return len(before) == len(position) and all(
        all(map(position.__contains__, before[start : start + _PIECE])) for start in range(0, len(before), _PIECE)
    )


class RecordTableModel(QAbstractTableModel):
    """Serves a `RecordSource` to a view; at 100,000 records no call takes longer than a page.

    While a new order is fetched the old rows are served; late answers are told by a token and dropped.
    `counted(n)` fires when new ids are in place, `refused(UserError)` when they may not be seen, `found(ids)` answers
    `find`.
    """

    about_to_reset = Signal()
    counted = Signal(int)
    found = Signal(str, list)
    refused = Signal(object)

    def __init__(
        self,
        source: RecordSource,
        runner: JobRunner,
        fields: Sequence[str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._runner = runner
        self._specs = {spec.name: spec for spec in source.columns}
        self._take_fields(fields or [spec.name for spec in source.columns if spec.table])
        self.order: list[tuple[str, bool]] = []
        self.filters: list[ColumnFilter] = []
        self.text = ""
        self.ids: list[str] = []
        self._position: dict[str, int] = {}
        self.reordered: list[str] | None = None
        """The ids before, where the order that came holds the same records."""
        self._rows: dict[str, Mapping[str, str]] = {}
        self._order_token = 0
        self._page_token = 0
        self._in_flight: set[int] = set()
        self._wanted: list[int] = []
        self.overlay: dict[tuple[str, str], Overlaid] = {}
        self.typed: frozenset[str] = frozenset()
        """Columns whose cells may be typed into."""
        self._held: Callable[[], None] | None = None
        self._holding = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._load_wanted)

    # What is shown

    @property
    def fields(self) -> list[str]:
        """Names of the columns, in model order."""
        return list(self._fields)

    def spec(self, column: int) -> FieldSpec:
        """The field of a column."""
        return self._specs[self._fields[column]]

    def set_fields(self, fields: Sequence[str]) -> None:
        """Show other columns; rows are fetched again with them."""
        self.beginResetModel()
        self._take_fields(fields)
        self._forget()
        self.endResetModel()

    def id_at(self, row: int) -> str:
        """The id of a row, or an empty text outside the list."""
        return self.ids[row] if 0 <= row < len(self.ids) else ""

    def row_of(self, record: str) -> int:
        """Where a record stands, or -1."""
        return self._position.get(record, -1)

    def rows_of(self, records: Iterable[str]) -> list[int]:
        """Where those of these records stand that are in the list; quick for all of a long one."""
        return [row for row in map(self._position.get, records) if row is not None]

    def cell(self, row: int, column: int) -> str:
        """The text of a cell; a placeholder while its page is on the way."""
        record = self.ids[row]
        values = self._rows.get(record)
        if values is None:
            self._want(row // PAGE)
            return WAITING
        if self.overlay and (typed := self.overlay.get((record, self._fields[column]))) is not None:
            return typed.text
        return values.get(self._fields[column]) or ""

    def fault(self, row: int, column: int) -> str:
        """Why what was typed into a cell was not taken, or an empty text."""
        typed = self.overlay.get((self.id_at(row), self._fields[column]))
        return typed.fault if typed is not None else ""

    def alignment(self, column: int) -> int:
        """Numbers stand at the right."""
        return self._alignments[column]

    def values(self, record: str) -> Mapping[str, str] | None:
        """The loaded row of a record, or None while it is not loaded."""
        return self._rows.get(record)

    def ensure(self, first: int, last: int) -> None:
        """Load the pages around a stretch of rows ahead of their painting."""
        count = len(self.ids)
        for row in (first, last, last + PAGE // 2, first - PAGE // 2):
            if 0 <= row < count and self.ids[row] not in self._rows:
                self._want(row // PAGE)

    # Loading

    def reload(self, touched: Iterable[str] | None = ()) -> None:
        """Fetch the order again; `touched` names records whose loaded values are stale, None means all."""
        self._order_token += 1
        token, order, filters, text = self._order_token, list(self.order), list(self.filters), self.text
        stale = None if touched is None else frozenset(touched)

        before = self.ids

        def work() -> _Order:
            ids = self._source.ids(order, filters, text)
            position = {record: row for row, record in enumerate(ids)}
            return _Order(ids, position, before if _same_records(before, position) else None)

        self._runner.fetch(
            work,
            lambda answer: self._take_ids(token, answer, stale),
            failed=lambda error: self._order_failed(token, error),
            owner=self,
        )

    def hold(self) -> None:
        """Keep the rows as they are while one is typed into; what arrives waits for `release`."""
        self._holding = True

    def release(self) -> None:
        """Let a new order that arrived meanwhile take its place."""
        self._holding = False
        held, self._held = self._held, None
        if held is not None:
            held()

    def put(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Show these rows as they were read just now; order and selection stay."""
        for row in rows:
            at = self.row_of(row["id"])
            if at >= 0:
                self._rows[row["id"]] = row
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(self._fields) - 1))

    def find(self, text: str) -> None:
        """Look for `text` within the present list; `found` brings the ids in list order."""
        token, order, filters = self._order_token, list(self.order), list(self.filters)

        def answer(ids: list[str]) -> None:
            if token == self._order_token:
                self.found.emit(text, ids)

        self._runner.fetch(lambda: self._source.ids(order, filters, text), answer, owner=self)

    def _take_ids(self, token: int, answer: _Order, stale: frozenset[str] | None) -> None:
        if token != self._order_token:
            return
        if self._holding:
            self._held = lambda: self._take_ids(token, answer, stale)
            return
        self._page_token += 1
        self.about_to_reset.emit()
        self.beginResetModel()
        self.ids, self._position, self.reordered = answer.ids, answer.position, answer.before
        if stale is None:
            self._rows.clear()
        else:
            for record in stale:
                self._rows.pop(record, None)
        self._in_flight.clear()
        self._wanted.clear()
        self.endResetModel()
        self.counted.emit(len(self.ids))

    def _order_failed(self, token: int, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._runner.failed.emit(error)
        elif token == self._order_token:
            self.refused.emit(error)

    def _take_fields(self, fields: Sequence[str]) -> None:
        self._fields = [name for name in fields if name in self._specs]
        self._alignments = [_RIGHT if self._specs[name].type in _NUMBERS else _LEFT for name in self._fields]

    def _forget(self) -> None:
        self._page_token += 1
        self._rows.clear()
        self._in_flight.clear()
        self._wanted.clear()

    def _want(self, page: int) -> None:
        if page in self._in_flight or page in self._wanted:
            return
        # Newest first and few: while a thumb is dragged, pages passed by are never fetched.
        self._wanted = [page, *self._wanted[:5]]
        if not self._timer.isActive():
            self._timer.start()

    def _load_wanted(self) -> None:
        while self._wanted and len(self._in_flight) < 2:
            page = self._wanted.pop(0)
            ids = self.ids[page * PAGE : (page + 1) * PAGE]
            if not ids:
                continue
            self._in_flight.add(page)
            self._fetch_page(page, ids)

    def _fetch_page(self, page: int, ids: list[str]) -> None:
        token, fields = self._page_token, list(self._fields)
        self._runner.fetch(
            lambda: {row["id"]: row for row in self._source.rows(ids, fields)},
            lambda rows: self._take_page(token, page, ids, rows),
            failed=lambda error: self._page_failed(token, page, error),
            owner=self,
        )

    def _take_page(self, token: int, page: int, ids: list[str], rows: Mapping[str, Mapping[str, str]]) -> None:
        if token != self._page_token:
            return
        self._in_flight.discard(page)
        if len(self._rows) > KEPT_ROWS:
            for record in list(self._rows)[: len(self._rows) // 2]:
                del self._rows[record]
        for record in ids:
            # A record that went meanwhile is shown blank until the next order arrives.
            self._rows[record] = rows.get(record, {})
        if self._fields:
            first = page * PAGE
            last = min(first + PAGE, len(self.ids)) - 1
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._fields) - 1))
        self._load_wanted()

    def _page_failed(self, token: int, page: int, error: Exception) -> None:
        if token == self._page_token:
            self._in_flight.discard(page)
        self._runner.failed.emit(error)

    # Qt's side

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Number of records."""
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Number of columns."""
        return 0 if parent.isValid() else len(self._fields)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text and alignment of a cell."""
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = self.cell(index.row(), index.column())
            return text if role == Qt.ItemDataRole.DisplayRole or len(text) > 12 else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Labels of columns and running numbers of rows."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self.spec(section).label if section < len(self._fields) else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Every cell can be selected, those of some columns be typed into; nothing is loaded to say so."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _TYPED if self.typed and self._fields[index.column()] in self.typed else _FLAGS
