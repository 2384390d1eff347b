"""What a report with words has more than others: its text can be edited, and what changed in it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout

from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.domain.values.partial_dates import format_date

from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.banner import Banner
from ...widgets.labels import button
from ...widgets.pdf_preview import PdfPreview
from .choices import Asked

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.previewing import Preview
    from dangjian_desktop.services.reports.reports import Compared, ReportSpec

    from .words import WordsEditor

_TOLD = 2


_ENDINGS = {"PDF": "pdf", "Excel": "xlsx", "Word": "docx"}


def offer_formats(saving: QPushButton, spec: ReportSpec | None) -> None:
    """Leave in the menu of 保存 only what this report can be written as."""
    menu = saving.menu()
    for action in menu.actions() if menu is not None and spec is not None else ():
        form = next((form for word, form in _ENDINGS.items() if f"只要 {word}" in action.text()), "")
        if form and spec is not None:
            action.setVisible(form in spec.formats or form in spec.more)
    if menu is not None and spec is not None:
        usual = [word for word, form in _ENDINGS.items() if form in spec.formats]
        first = menu.actions()[0]
        first.setText(f"{' 和 '.join(usual)}…")
        first.setVisible(len(usual) > 1)


class WordsPlace:
    """Opens the editor in the right part of the page while the list is out of the way (`widen`).

    `again` makes the report anew after the person came back from editing.
    """

    def __init__(
        self,
        context: PageContext,
        right: QStackedWidget,
        widen: Callable[[bool], object],
        again: Callable[[], object],
        open_: Callable[[], object],
    ) -> None:
        self.context, self._right, self._widen, self._again = context, right, widen, again
        self.editor: WordsEditor | None = None
        made = button("改文字…", open_, tip="改这份文书里的话；数字由程序填，不用改")
        self.button = allowed(made, context.office.actor, WRITE, "member")

    def show_for(self, spec: ReportSpec | None) -> None:
        """Offer to edit where the report has words."""
        self.button.setVisible(spec is not None and spec.has_words)

    def open(self, spec: ReportSpec | None, asked: Asked) -> None:
        """Edit the words of a report; its figures are those of the questions asked."""
        if spec is None or not spec.has_words or self.editor is not None:
            return
        from .words import WordsEditor

        self.editor = WordsEditor(self.context, spec.name, spec.title, period=asked.period, on=asked.on)
        self.editor.left.connect(self._back)
        self._right.addWidget(self.editor)
        self._right.setCurrentWidget(self.editor)
        self._widen(True)

    def close(self) -> None:
        """Put the editor away; what was not saved stays as a draft."""
        if self.editor is not None:
            self.editor.keep_draft()
            self._right.removeWidget(self.editor)
            self.editor.deleteLater()
            self.editor = None

    def figures_moved(self) -> bool:
        """Whether the editor is open; then its chips say the new numbers and the report is not made anew."""
        if self.editor is None:
            return False
        self.editor.figures_moved(self.context.shell.scope())
        return True

    def _back(self) -> None:
        self.close()
        self._again()


class ChangedLine(Banner):
    """Above the pages: the figures that are not what this paper said when it was last written or printed."""

    def __init__(self, context: PageContext, above: PdfPreview) -> None:
        super().__init__()
        self.context = context
        self._words = ""
        self._lines: list[str] = []
        box = above.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(0, self)

    def tell_of(self, made: Preview) -> None:
        """Say what changed, or nothing."""
        compared: Compared = made.compared
        self._lines = [change.sentence for change in compared.changed]
        if not self._lines:
            self.hide()
            return
        told = "；".join(self._lines[:_TOLD])
        rest = len(self._lines) - _TOLD
        more = f"；还有{rest}个" if rest > 0 else ""
        self._words = f"与{format_date(compared.since)}做的那份相比，变了{len(self._lines)}个数"
        self.tell(f"{self._words}。{told}{more}。", "warning", (("全部列出", self.show_all),))

    def show_all(self) -> None:
        """Each changed figure, old against new."""
        if self._lines:
            self.context.dialogs.message(f"{self._words}：", "\n".join(self._lines), "", level="warning")
