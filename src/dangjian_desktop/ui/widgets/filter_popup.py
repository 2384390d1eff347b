"""The small window under a column head: sort, and say which values to keep."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .. import theme
from .date_editor import DateEditor
from .labels import button, label, rule
from .lookups import Choice, Lookups, matches
from .record_model import ColumnFilter

_RANGES = (FieldType.DATE, FieldType.MOMENT, FieldType.INTEGER, FieldType.MONEY, FieldType.YEARS)
_YES_NO = (Choice("1", "是"), Choice("0", "否"))


class FilterPopup(QFrame):
    """Asks for the filters of one column; `chosen(filters)` replaces all filters of that column."""

    chosen = Signal(list)
    sort_wanted = Signal(bool)

    def __init__(
        self, spec: FieldSpec, present: Sequence[ColumnFilter], lookups: Lookups | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.spec = spec
        self._present = {item.op: item for item in present}
        self._lookups = lookups
        px = theme.current().px
        self.setMinimumWidth(px(248))
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(px(12), px(10), px(12), px(12))
        self._box.setSpacing(px(8))
        self._add_sorting()
        self._box.addWidget(rule())
        self._build()
        self._add_blank_choice()
        self._add_buttons()

    def open_at(self, place: QPoint) -> None:
        """Show under a column head, kept within the screen."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = min(place.x(), room.right() - self.width())
        y = min(place.y(), room.bottom() - self.height())
        self.move(max(x, room.left()), max(y, room.top()))
        self.show()
        if self._first is not None:
            self._first.setFocus()

    def filters(self) -> list[ColumnFilter]:
        """What has been set, as filters; empty when nothing is asked."""
        name, title = self.spec.name, self.spec.label
        if self._blank.isChecked():
            return [ColumnFilter(name, "empty", None, f"{title}：空白")]
        if self._filled.isChecked():
            return [ColumnFilter(name, "not_empty", None, f"{title}：非空白")]
        if self.spec.type in _RANGES:
            return self._range()
        if self._list is not None:
            return self._picked()
        text = self._text.text().strip()
        return [ColumnFilter(name, "contains", text, f"{title}：含“{text}”")] if text else []

    def apply(self) -> None:
        """Hand over the filters and close."""
        self.chosen.emit(self.filters())
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves without a change."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply()
        else:
            super().keyPressEvent(event)

    def _add_sorting(self) -> None:
        row = QHBoxLayout()
        for text, name, descending in (("升序", "sort-up", False), ("降序", "sort-down", True)):
            made = button(text, icon_name=name)
            made.clicked.connect(lambda _checked=False, down=descending: self._sort(down))
            row.addWidget(made, 1)
        self._box.addLayout(row)

    def _sort(self, descending: bool) -> None:
        self.sort_wanted.emit(descending)
        self.close()

    def _build(self) -> None:
        self._list: QListWidget | None = None
        self._text = QLineEdit()
        self._until = QLineEdit()
        self._first: QWidget | None = self._text
        if self.spec.type is FieldType.PICTURE:
            # Whether there is one is all that can be asked of a picture.
            self._first = None
        elif self.spec.type in _RANGES:
            self._build_range()
        elif self.spec.type is FieldType.BOOLEAN:
            self._build_list(_YES_NO)
        elif self.spec.type is FieldType.CODE and self.spec.codes and self._lookups is not None:
            self._build_list(self._lookups.choices(self.spec.codes))
        else:
            self._text.setPlaceholderText("包含的文字")
            self._text.setText(str(self._value("contains")))
            self._box.addWidget(self._text)

    def _build_range(self) -> None:
        if self.spec.type in (FieldType.DATE, FieldType.MOMENT) and self._lookups is not None:
            day = FieldSpec(self.spec.name, self.spec.label, FieldType.DATE)
            self._text, self._until = (DateEditor(day, self._lookups) for _ in range(2))
            self._first = self._text
        hint = "如 1998、2021-07" if self.spec.type in (FieldType.DATE, FieldType.MOMENT) else ""
        for field, op, word in ((self._text, "ge", "从"), (self._until, "le", "到")):
            field.setPlaceholderText(hint)
            field.setText(str(self._value(op)))
            field.setAccessibleName(f"{self.spec.label}：{word}")
            row = QHBoxLayout()
            row.addWidget(label(word, "soft"))
            row.addWidget(field, 1)
            self._box.addLayout(row)

    def _build_list(self, choices: Sequence[Choice]) -> None:
        made = QListWidget()
        raw = self._present["in"].value if "in" in self._present else ()
        chosen = set(raw) if isinstance(raw, (list, tuple)) else set()
        for choice in choices:
            item = QListWidgetItem(choice.label)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if choice.value in chosen else Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            # With a tick the style sheet's padding is left out of the height that Qt reckons.
            item.setSizeHint(QSize(0, theme.current().px(30)))
            made.addItem(item)
        if len(choices) > 8:
            self._text.setPlaceholderText("查找：文字或拼音首字母")
            self._text.textChanged.connect(self._narrow)
            self._box.addWidget(self._text)
        else:
            self._first = made
        made.setFixedHeight(theme.current().px(32) * max(2, min(len(choices), 7)))
        self._box.addWidget(made)
        self._list = made

    def _narrow(self, text: str) -> None:
        assert self._list is not None
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(not matches(item.data(Qt.ItemDataRole.UserRole), text))

    def _add_blank_choice(self) -> None:
        self._blank = QCheckBox("只看空白")
        self._filled = QCheckBox("只看非空白")
        self._blank.setChecked("empty" in self._present)
        self._filled.setChecked("not_empty" in self._present)
        self._blank.clicked.connect(lambda: self._filled.setChecked(False))
        self._filled.clicked.connect(lambda: self._blank.setChecked(False))
        row = QHBoxLayout()
        row.addWidget(self._blank)
        row.addWidget(self._filled)
        row.addStretch(1)
        self._box.addLayout(row)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.addWidget(button("清除筛选", self._clear))
        row.addStretch(1)
        row.addWidget(button("确定", self.apply, role="primary"))
        self._box.addLayout(row)

    def _clear(self) -> None:
        self.chosen.emit([])
        self.close()

    def _value(self, op: str) -> object:
        return self._present[op].value if op in self._present else ""

    def _range(self) -> list[ColumnFilter]:
        found = []
        for field, op, word in ((self._text, "ge", "从"), (self._until, "le", "到")):
            text = field.text().strip()
            if text and self._lookups is not None:
                reading = self._lookups.read(self.spec, text)
                text = text if reading.problem else reading.shown
            if text:
                found.append(ColumnFilter(self.spec.name, op, text, f"{self.spec.label}：{word} {text}"))
        return found

    def _picked(self) -> list[ColumnFilter]:
        assert self._list is not None
        items = [self._list.item(row) for row in range(self._list.count())]
        picked = [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]
        if not picked or len(picked) == len(items):
            return []
        names = "、".join(choice.label for choice in picked[:3]) + (f"等 {len(picked)} 项" if len(picked) > 3 else "")
        values = tuple(choice.value for choice in picked)
        return [ColumnFilter(self.spec.name, "in", values, f"{self.spec.label}：{names}")]
