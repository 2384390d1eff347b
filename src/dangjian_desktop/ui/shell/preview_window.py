"""The window of the print preview."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ..widgets.dialogs import DialogService
from ..widgets.fitting import centre, resize_within
from ..widgets.job import JobRunner
from ..widgets.job_panel import JobPanel
from ..widgets.pdf_preview import PdfPages, PdfPreview


class PreviewWindow(QDialog):
    """Shows a PDF beside the main window and prints it as a job."""

    def __init__(self, pages: PdfPages, runner: JobRunner, dialogs: DialogService, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"打印预览 · {pages.title}" if pages.title else "打印预览")
        self._runner, self._dialogs = runner, dialogs
        resize_within(self, 1000, 820)
        centre(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.preview = PdfPreview(runner)
        box.addWidget(self.preview, 1)
        box.addWidget(JobPanel(runner))
        self.preview.print_wanted.connect(self._print)
        self._pages = pages

    def showEvent(self, event: object) -> None:
        """Lay the pages out when the size is known; in front, also where the last click was in the main window."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.raise_()
        self.activateWindow()
        if self.preview.pages is None:
            self.preview.put(self._pages)

    def _print(self, pages: PdfPages) -> None:
        from ..widgets.print_dialog import PrintDialog, print_pages

        dialog = PrintDialog(pages, self.preview.canvas.current(), self)
        if self._dialogs.run(dialog):
            order = dialog.order()
            self._runner.start(
                "打印",
                lambda progress: print_pages(pages, order, progress),
                lambda count: self._sent(pages, count),
                failed=self._dialogs.error,
                owner=self,
                writes=False,
            )
        dialog.deleteLater()

    def _sent(self, pages: PdfPages, count: int) -> None:
        if pages.printed is not None:
            self._runner.fetch(pages.printed, lambda _none: None, owner=self, writes=True)
        self._dialogs.message(f"已送到打印机：{count} 页。", level="good")
