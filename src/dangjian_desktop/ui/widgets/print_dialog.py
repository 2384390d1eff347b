"""Printing: which pages, on which paper, both sides, fitted or in true size; the pages go out as pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...base.errors import EnvironmentFault, UserError
from ...base.progress import Progress
from .. import theme
from .labels import button, label
from .pdf_preview import PdfPages, page_image

DOTS = 300  # an inch; sharp on any office printer
_TOLD = 4  # warnings that are told one by one; the preview has them all
PAPERS = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3}


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What to print and how; `pages` counts from 0; `file` writes a PDF instead of using a printer."""

    pages: tuple[int, ...]
    printer: str = ""
    paper: str = "A4"
    both_sides: bool = False
    fit: bool = True
    copies: int = 1
    file: str = ""


def parse_range(text: str, count: int) -> tuple[int, ...]:
    """Pages from 0 of a text such as `1-3,5`; empty means all. Raises `UserError` (`bad_pages`)."""
    wanted = re.sub(r"\s", "", text).replace("，", ",").replace("、", ",").replace("—", "-").replace("－", "-")
    if not wanted:
        return tuple(range(count))
    pages: list[int] = []
    for part in wanted.split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d*))?", part)
        first = int(match[1]) if match else 0
        last = first if match and match[2] is None else int(match[2]) if match and match[2] else count
        if not match or not 1 <= first <= last <= count:
            raise UserError("bad_pages", f"页码“{part}”不对，请写成 1-{count} 之间的页，如 1-3,5。")
        pages.extend(range(first - 1, last))
    return tuple(dict.fromkeys(pages))


class PrintDialog(QDialog):
    """Asks how to print; `order()` is the answer after it was accepted."""

    def __init__(self, pages: PdfPages, current: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("打印")
        self._count, self._current = len(pages.sizes), current
        px = theme.current().px
        self.setMinimumWidth(px(420))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(24), px(20), px(24), px(16))
        box.setSpacing(px(12))
        form = QFormLayout()
        form.setHorizontalSpacing(px(16))
        form.setVerticalSpacing(px(10))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.printer = QComboBox()
        self.printer.addItems(QPrinterInfo.availablePrinterNames())
        self.printer.setCurrentText(QPrinterInfo.defaultPrinterName())
        self.range = QLineEdit()
        self.range.setAccessibleName("页码")
        self.range.setPlaceholderText(f"全部 {self._count} 页；或如 1-3,5")
        self.paper = QComboBox()
        self.paper.addItems(list(PAPERS))
        wide = any(max(size) > 900 for size in pages.sizes)
        self.paper.setCurrentText("A3" if wide else "A4")
        self.both = QCheckBox("双面打印（长边翻转）")
        self.fit = QCheckBox("缩放到适合纸张")
        self.fit.setChecked(not all(_is_paper(size) for size in pages.sizes))
        self.copies = QSpinBox(minimum=1, maximum=99)
        fields = {"打印机": self.printer, "页码": self._range_row(), "纸张": self.paper, "份数": self.copies}
        for words, field in fields.items():
            field.setAccessibleName(words)
            form.addRow(label(words, "soft"), field)
        form.addRow("", self.both)
        form.addRow("", self.fit)
        box.addLayout(form)
        self.warnings = label(_few(pages.warnings), "error", wrap=True)
        self.warnings.setVisible(bool(pages.warnings))
        box.addWidget(self.warnings)
        self.faces = label(pages.faces, "soft", wrap=True)
        self.faces.setVisible(bool(pages.faces))
        box.addWidget(self.faces)
        self.fault = label("", "error", wrap=True)
        box.addWidget(self.fault)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button("取消", self.reject))
        self.go = button("打印", self._accept, role="primary", icon_name="print")
        self.go.setDefault(True)
        row.addWidget(self.go)
        box.addLayout(row)
        if not self.printer.count():
            self.fault.setText("这台电脑没有装打印机。可以先保存 PDF，拷到能打印的电脑上。")
            self.go.setEnabled(False)

    def order(self) -> PrintOrder:
        """What was asked for; raises `UserError` for pages that do not exist."""
        return PrintOrder(
            pages=parse_range(self.range.text(), self._count),
            printer=self.printer.currentText(),
            paper=self.paper.currentText(),
            both_sides=self.both.isChecked(),
            fit=self.fit.isChecked(),
            copies=self.copies.value(),
        )

    def _range_row(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.range, 1)
        row.addWidget(button("当前页", lambda: self.range.setText(str(self._current + 1))))
        return made

    def _accept(self) -> None:
        try:
            self.order()
        except UserError as error:
            self.fault.setText(error.message)
            self.range.setFocus()
        else:
            self.accept()


def _few(warnings: Sequence[str]) -> str:
    told = list(warnings[:_TOLD])
    return "\n".join([*told, f"等，共 {len(warnings)} 处。"] if len(warnings) > _TOLD else told)


def print_pages(pages: PdfPages, order: PrintOrder, progress: Progress) -> int:
    """Print in a worker thread and return how many pages went out; raises `EnvironmentFault` when refused."""
    printer = _printer(order)
    painter = QPainter()
    for done, index in enumerate(order.pages):
        progress.report(done, len(order.pages), f"正在打印第 {index + 1} 页")
        width, height = pages.sizes[index]
        _turn(printer, width > height)
        if done == 0:
            if not painter.begin(printer):
                raise EnvironmentFault(
                    "no_permission", "打印机没有接受这份文件。", advice="请检查打印机是否联机、有纸。"
                )
        else:
            printer.newPage()
        picture = page_image(pages.render(index, DOTS / 72))
        painter.drawImage(_place(printer, picture, order.fit, (width, height)), picture)
    painter.end()
    progress.report(len(order.pages), len(order.pages), "已送到打印机")
    return len(order.pages)


def _printer(order: PrintOrder) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if order.file:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(order.file)
    else:
        printer.setPrinterName(order.printer)
    printer.setResolution(DOTS)
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(PAPERS[order.paper]))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    printer.setCopyCount(order.copies)
    printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide if order.both_sides else QPrinter.DuplexMode.DuplexNone)
    return printer


def _turn(printer: QPrinter, wide: bool) -> None:
    wanted = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    printer.setPageOrientation(wanted)


def _place(printer: QPrinter, picture: QImage, fit: bool, points: tuple[float, float]) -> QRectF:
    paper = QRectF(printer.paperRect(QPrinter.Unit.DevicePixel))
    if fit:
        scale = min(paper.width() / picture.width(), paper.height() / picture.height())
        width, height = picture.width() * scale, picture.height() * scale
    else:
        width, height = (side / 72 * printer.resolution() for side in points)
    return QRectF((paper.width() - width) / 2, (paper.height() - height) / 2, width, height)


def _is_paper(size: tuple[float, float]) -> bool:
    sides = sorted(size)
    return any(abs(sides[0] - a) < 3 and abs(sides[1] - b) < 3 for a, b in ((595.3, 841.9), (841.9, 1190.6)))
