"""The window of the print preview."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ..widgets.dialogs import DialogService
from ..widgets.file_kinds import save_filter
from ..widgets.fitting import centre, resize_within
from ..widgets.job import JobRunner
from ..widgets.job_panel import JobPanel
from ..widgets.pdf_preview import FORMATS, PdfPages, PdfPreview


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
        self.preview = PdfPreview(runner, saves=True)
        box.addWidget(self.preview, 1)
        box.addWidget(JobPanel(runner))
        self.preview.print_wanted.connect(self._print)
        self.preview.save_wanted.connect(self._save)
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

    def _save(self, pages: PdfPages, form: str) -> None:
        title = f"保存{pages.title}"
        path = self._dialogs.save_file(title, f"{pages.file_name}.{form}", save_filter(FORMATS[form], f".{form}"))
        save = pages.save
        if path is None or save is None:
            return
        target = path if path.suffix.lower() == f".{form}" else path.with_name(f"{path.name}.{form}")
        self._runner.start(
            title,
            lambda progress: save(target, progress),
            lambda made: self._dialogs.message(
                f"已保存为“{made.name}”。", f"在文件夹“{made.parent}”里。", level="good"
            ),
            failed=self._dialogs.error,
            owner=self,
        )

    def _sent(self, pages: PdfPages, count: int) -> None:
        if pages.printed is not None:
            self._runner.fetch(pages.printed, lambda _none: None, owner=self, writes=True)
        self._dialogs.message(f"已送到打印机：{count} 页。", level="good")
