"""A small question with a few fields, described like the fields of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout

from dangjian_desktop.domain.records.fields import FieldSpec

from .. import theme
from ..shell.context import PageContext
from ..widgets.form import RecordForm
from ..widgets.labels import button, label
from ..widgets.lookups import Lookups


class FormDialog(QDialog):
    """Asks for a few values; `answer()` holds those that are filled in after it was accepted."""

    def __init__(
        self,
        context: PageContext,
        title: str,
        fields: Sequence[FieldSpec],
        *,
        values: Mapping[str, Any] | None = None,
        printed: Mapping[str, str] | None = None,
        detail: str = "",
        accept: str = "确定",
        lookups: Lookups | None = None,
    ) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle(title)
        px = theme.current().px
        self.resize(px(460), px(min(560, 140 + 52 * len(fields) + (28 if detail else 0))))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(16), 0, px(12))
        box.setSpacing(px(8))
        heading = label(title, "heading", wrap=True)
        heading.setContentsMargins(px(16), 0, px(16), 0)
        box.addWidget(heading)
        if detail:
            line = label(detail, "soft", wrap=True)
            line.setContentsMargins(px(16), 0, px(16), 0)
            box.addWidget(line)
        self.form = RecordForm(fields, lookups or context.lookups, context.runner, context.dialogs)
        self.form.load(values or {}, printed)
        self.form.save_wanted.connect(self._take)
        box.addWidget(self.form, 1)
        row = QHBoxLayout()
        row.setContentsMargins(px(16), 0, px(16), 0)
        row.addStretch(1)
        row.addWidget(button("取消", self.reject))
        row.addWidget(button(accept, self._take, role="primary"))
        box.addLayout(row)
        self.form.focus_field()

    def answer(self) -> dict[str, Any]:
        """The filled-in values."""
        return {name: value for name, value in self.form.values().items() if value not in (None, "")}

    def _take(self) -> None:
        if self.form.check():
            self.accept()


def ask_form(context: PageContext, dialog: FormDialog) -> dict[str, Any] | None:
    """Run the dialog; None when it was left."""
    accepted = context.dialogs.run(dialog)
    answer = dialog.answer() if accepted else None
    dialog.deleteLater()
    return answer
