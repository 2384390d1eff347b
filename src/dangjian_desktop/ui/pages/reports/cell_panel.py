"""Beside the form: what the cell pointed at is, what it is filled with, and what it could be filled with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from dangjian_desktop.domain.forms.form_editing import list_at
from dangjian_desktop.domain.forms.form_mapping import TEXTS, UNITS, FormMapping, begins_list
from dangjian_desktop.domain.forms.form_sheets import FormSheet, Place, address, ref_of
from dangjian_desktop.domain.records.fields import ANY_UNIT, FieldSpec, FieldType

from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import button, label
from ...widgets.pick_editors import PickEditor
from ...widgets.search_field import make_clearable
from .offer_list import OfferList

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.form_session import FormSession, Offer

_FIND, _FIND_COLUMN = "找指标：打几个字或拼音首字母", "这一列填什么：打几个字或拼音首字母"
_UNIT = FieldSpec("unit", "哪个党组织的数", FieldType.ORGANISATION, units=ANY_UNIT)


class CellPanel(QWidget):
    """Tells what was chosen: `cell(key)`, `column(source, key)`, `row(source)` for all columns by their headers.

    `cleared()` takes away what the cell holds, `back()` goes back to the sheet.
    """

    cell = Signal(str)
    column = Signal(str, str)
    row = Signal(str)
    cleared = Signal()
    back = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session: FormSession | None = None
        self._sheet, self._place, self._mapping = FormSheet("", {}), (1, 1), FormMapping()
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(8), 0, 0)
        box.setSpacing(px(6))
        self.title = label("", "heading", wrap=True)
        self.state = label("", "soft", wrap=True)
        self.clear_button = button("不填", self.cleared.emit, role="link", tip="这一格（这一列）不填了（Delete）")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(head)
        box.addWidget(self.state)
        box.addWidget(self._ways())
        self.unit = PickEditor(_UNIT, context.lookups, context.runner)
        self.unit.setPlaceholderText("本次填报范围的数；要别的党组织，打名称")
        make_clearable(self.unit)
        self.unit.setAccessibleName(_UNIT.label)
        self.unit.changed.connect(self._unit_named)
        self.unit.textChanged.connect(lambda text: None if text else self._unit_named())
        box.addWidget(self.unit)
        self.source = QComboBox()
        self.source.setAccessibleName("往下填哪份名单")
        self.source.activated.connect(lambda _index: self._offer())
        box.addWidget(self.source)
        self.all_columns = button("整行各列都按标题对应", lambda: self.row.emit(self._source()), role="link")
        box.addWidget(self.all_columns)
        self.offers = OfferList(_FIND)
        self.offers.chosen.connect(self._chosen)
        self.offers.left.connect(self.back.emit)
        box.addWidget(self.offers, 1)

    def open(self, session: FormSession) -> None:
        """Offer what this session knows."""
        self._session = session
        kept = self._source()
        self.source.clear()
        for key, words in session.lists.items():
            self.source.addItem(words, key)
        self._choose_source(kept)

    def point(self, sheet: FormSheet, place: Place, mapping: FormMapping, problem: str = "") -> None:
        """Show a cell: what it holds by the mapping, and what its labels suggest."""
        if self._session is None:
            return
        same = (sheet.name, place) == (self._sheet.name, self._place)
        self._sheet, self._place, self._mapping = sheet, place, mapping
        target = list_at(self._session.view.form, mapping, sheet.name, place)
        begins = not same and target is None and begins_list(sheet, place[0])
        if target is not None:
            self._choose_source(target.source)
        elif begins:
            self._choose_source(self._likeliest_source())
        if not same:
            single = address(sheet.name, place) in mapping.cells or not (begins or target is not None)
            (self.as_cell if single else self.as_list).setChecked(True)
            self._name_unit()
        ref, said = ref_of(place), sheet.label(place)
        self.title.setText(ref if said == ref else f"{ref}　{said}")
        self.state.setText(problem or self._told())
        self.clear_button.setVisible(bool(self._present()))
        self._show_ways()

    def focus(self) -> None:
        """Put the cursor into the search field."""
        self.offers.field.setFocus()

    # Inside

    def _ways(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        self.as_cell, self.as_list = QRadioButton("填一个数"), QRadioButton("从这一行往下填名单")
        group = QButtonGroup(self)
        for each in (self.as_cell, self.as_list):
            group.addButton(each)
            row.addWidget(each)
        row.addStretch(1)
        self.as_cell.setChecked(True)
        group.buttonClicked.connect(lambda _button: self._show_ways())
        return made

    def _show_ways(self) -> None:
        lists = self.as_list.isChecked()
        self.unit.setVisible(not lists)
        self.source.setVisible(lists)
        self.all_columns.setVisible(lists)
        self.offers.field.setPlaceholderText(_FIND_COLUMN if lists else _FIND)
        self._offer()

    def _offer(self) -> None:
        if self._session is None:
            return
        present = self._present()
        if not self.as_list.isChecked():
            near = self._session.near(self._sheet.name, self._place)
            named = [key.partition("@")[0] for key in near]
            other = self._session.of_other_times
            self.offers.put(self._valued(), list(dict.fromkeys(named)), present.partition("@")[0], other)
            return
        source = self._source()
        column = self._session.near_column(self._sheet.name, self._place, source)
        other = self._session.of_other_times if source == UNITS else []
        self.offers.put(self._session.columns(source), [column] if column else [], present, other)

    def _unit_named(self) -> None:
        if self._session is not None and not self.as_list.isChecked() and not self.unit.problem():
            self._offer()

    def _valued(self) -> list[Offer]:
        """The figures with the values of the unit that is named; they are fetched where nobody has asked yet."""
        session, unit = self._session, self._unit()
        assert session is not None
        known = session.known_offers(unit)
        if known is None:
            fetch = self._context.runner.fetch
            fetch(lambda: session.offers_of(unit), lambda _offers: self._unit_counted(session, unit), owner=self)
        return session.offers if known is None else known

    def _unit_counted(self, session: FormSession, unit: str) -> None:
        if session is self._session and unit == self._unit() and not self.offers.field.text():
            self._offer()

    def _unit(self) -> str:
        """The id of the unit that is named, empty for the scope itself."""
        return "" if self.unit.problem() else str(self.unit.value() or "")

    def _present(self) -> str:
        """The key that the cell or its list column holds, empty for none."""
        found = self._mapping.cells.get(address(self._sheet.name, self._place), "")
        if found or self._session is None:
            return found
        target = list_at(self._session.view.form, self._mapping, self._sheet.name, self._place)
        return target.columns.get(self._place[1], "") if target is not None else ""

    def _told(self) -> str:
        assert self._session is not None
        key, cell = self._present(), self._sheet.cell(self._place)
        if key and cell.formula:
            return f"公式，由表自己算；算出来应当等于“{self._session.label(key)}”，不等会指出来。"
        if cell.formula:
            return f"公式 ={cell.formula[:40]}，由表自己算，不会改动。可以指定它应当等于哪个数。"
        if key and address(self._sheet.name, self._place) in self._mapping.cells:
            return f"填：{self._session.label(key)}"
        if key:
            offers = (*self._session.columns(self._source()), *self._session.of_other_times)
            names = {offer.key: offer.label for offer in offers}
            return f"往下填{self.source.currentText()}：{names.get(key, key)}"
        if self._sheet.closed(self._place):
            return "上级锁定了这一格，不能填。"
        if cell.text and not cell.text.endswith((":", "：")):
            return "这一格是表上的文字，不会改动。"
        return "还没有指定填什么。在下面点一个，数马上显示在格子里。"

    def _likeliest_source(self) -> str:
        """The list that knows most of the headers over the row."""
        assert self._session is not None
        known = {}
        for source in self._session.lists:
            columns = range(1, self._sheet.used.right + 1)
            places = [(self._place[0], column) for column in columns]
            keys = {self._session.near_column(self._sheet.name, place, source) for place in places}
            known[source] = len(keys - {None})
        return max(known, key=lambda source: known[source])

    def _source(self) -> str:
        return str(self.source.currentData() or "roster")

    def _choose_source(self, key: str) -> None:
        place = self.source.findData(key)
        self.source.setCurrentIndex(max(place, 0))

    def _chosen(self, key: str) -> None:
        if self.as_list.isChecked():
            self.column.emit(self._source(), key)
            return
        unit = "" if key in TEXTS else self._unit()
        self.cell.emit(f"{key}@{unit}" if unit else key)

    def _name_unit(self) -> None:
        """The unit of what the cell holds, else the one that its row names; empty for the scope itself."""
        assert self._session is not None
        present = self._present()
        unit = present.partition("@")[2] if present else self._session.unit_at(self._sheet.name, self._place)
        self.unit.put(unit or None, self._session.unit_name(unit) if unit else "")
