"""Which column fills which field, shown and corrected by the person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.services.imports.importing import SheetInfo

from ... import theme
from ...widgets.labels import button, label

UNUSED = "不导入"


class MappingPane(QWidget):
    """A line for every column of every sheet; `changed` when the person wants it read anew, `moved` at each choice."""

    changed = Signal(dict)
    moved = Signal()

    def __init__(self, sheets: Sequence[SheetInfo], fields: Sequence[FieldSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: dict[str, dict[str, QComboBox]] = {}
        px = theme.current().px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, px(8), 0, 0)
        outer.setSpacing(px(8))
        hint = "左边是表里的列名，右边是它填到哪一栏。改过以后会记住，下次同样的表自动照办。"
        row = QHBoxLayout()
        row.addWidget(label(hint, "soft", wrap=True), 1)
        self.again = button("按新的对应重新核对", self._tell, role="primary")
        self.again.setEnabled(False)
        row.addWidget(self.again)
        outer.addLayout(row)
        body = QWidget()
        body.setObjectName("paper")
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, px(12), 0)
        seen: set[str] = set()
        for sheet in sheets:
            # Sheets with the same headers share one mapping.
            if sheet.fingerprint in seen:
                continue
            seen.add(sheet.fingerprint)
            box.addWidget(label(_heading(sheet, sheets), "heading"))
            box.addLayout(self._form(sheet, fields))
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        outer.addWidget(area, 1)

    def mappings(self) -> dict[str, dict[str, str | None]]:
        """Header to field by sheet, as chosen now."""
        return {
            sheet: {header: box.currentData() for header, box in boxes.items()} for sheet, boxes in self._boxes.items()
        }

    def _form(self, sheet: SheetInfo, fields: Sequence[FieldSpec]) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.current().px(16))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        boxes = self._boxes.setdefault(sheet.sheet, {})
        for header, name in sheet.columns.items():
            box = QComboBox()
            box.setFixedWidth(theme.current().px(240))
            box.addItem(UNUSED, None)
            for spec in fields:
                if spec.importable:
                    box.addItem(f"{spec.label} *" if spec.required else spec.label, spec.name)
            box.setCurrentIndex(max(box.findData(name), 0))
            box.setAccessibleName(f"“{header}”填到")
            # A wheel meant for the page must not change a mapping.
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
            box.activated.connect(lambda _index: self._moved())
            caption = label(header.replace("\n", " "), "" if name else "soft")
            caption.setMinimumWidth(theme.current().px(220))
            form.addRow(caption, box)
            boxes[header] = box
        return form

    def _moved(self) -> None:
        self.again.setEnabled(True)
        self.moved.emit()

    def _tell(self) -> None:
        self.again.setEnabled(False)
        self.changed.emit(self.mappings())


def _heading(sheet: SheetInfo, sheets: Sequence[SheetInfo]) -> str:
    alike = [other.sheet for other in sheets if other.fingerprint == sheet.fingerprint]
    names = "、".join(alike[:4]) + (f" 等 {len(alike)} 张" if len(alike) > 4 else "")
    unused = sum(name is None for name in sheet.columns.values())
    left = f"，{unused} 列没有对应" if unused else ""
    return f"工作表：{names}（表头在第 {sheet.header_row} 行，{len(sheet.columns)} 列{left}）"
