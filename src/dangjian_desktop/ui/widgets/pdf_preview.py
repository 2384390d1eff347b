"""The pages of the very PDF that will be printed: strip of pages, zoom, print button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QVBoxLayout, QWidget

from ...base.progress import Progress
from .. import theme
from .job import JobRunner
from .labels import button, label, rule, tool
from .page_parts import fill_menu, menu_button

ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
KEPT_PAGES = 24
_STRIP_FROM = 560  # narrower than this, the page would be too small to read beside the strip
FORMATS = {"pdf": "PDF", "xlsx": "Excel", "docx": "Word"}
_SCREEN = 96 / 72  # pixels a point at 100 %


@dataclass(frozen=True, slots=True)
class PdfPages:
    """A PDF as the services show it: page sizes in points, and a page as (width, height, BGRX bytes) at a scale.

    `render(index, scale)` is called in a worker thread; scale 1 is 72 dots an inch. `warnings` (characters without
    type) and `faces` (what type it is set in) are said in the print dialog; `printed` is called when pages went to
    the printer, in a worker thread that may write. `save(path, progress)` writes it in one of `formats`, in a worker.
    """

    sizes: Sequence[tuple[float, float]]
    render: Callable[[int, float], tuple[int, int, bytes]]
    title: str = ""
    warnings: Sequence[str] = ()
    faces: str = ""
    printed: Callable[[], None] | None = None
    formats: Sequence[str] = ()
    file_name: str = ""
    save: Callable[[Path, Progress], Path] | None = None


class Printable(Protocol):
    """A preview as the services make it."""

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """The size of each page in points."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def warnings(self) -> list[str]:
        """What to say before it is printed."""

    @property
    def faces_said(self) -> str:
        """What type it is set in."""

    @property
    def formats(self) -> tuple[str, ...]:
        """What it can be saved as."""

    @property
    def file_name(self) -> str:
        """What a file of it is called, without ending."""

    def save(self, path: Path, progress: Progress) -> Path:
        """Write it to a file."""

    def render_page(self, index: int, scale: float) -> tuple[int, int, bytes]:
        """One page as a picture."""

    def printed(self) -> None:
        """To be called when pages went to the printer."""


def pages_of(made: Printable) -> PdfPages:
    """A service's preview as pages to show and to print."""
    return PdfPages(
        made.sizes,
        made.render_page,
        made.title,
        made.warnings,
        made.faces_said,
        made.printed,
        made.formats,
        made.file_name,
        made.save,
    )


def page_image(answer: tuple[int, int, bytes]) -> QImage:
    """A rendered page as a picture that owns its bytes."""
    width, height, data = answer
    return QImage(data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


class PageCanvas(QAbstractScrollArea):
    """Pages one below the other; only those in sight are rendered, in the background."""

    page_moved = Signal(int)
    picked = Signal(int)

    def __init__(self, runner: JobRunner, *, fixed_width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner, self._fixed = runner, fixed_width
        self._pages = PdfPages((), lambda _index, _scale: (0, 0, b""))
        self._zoom = 1.0
        self._token = 0
        self._pictures: dict[tuple[int, float], QImage] = {}
        self._under_way: set[tuple[int, float]] = set()
        self._current = 0
        self.setObjectName("desk")
        self.viewport().setObjectName("desk")
        # Always there: at a fitted width it must not come and go.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._scrolled())

    def put(self, pages: PdfPages) -> None:
        """Show other pages from the first on."""
        self._token += 1
        self._pages = pages
        self._pictures.clear()
        self._under_way.clear()
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    @property
    def zoom(self) -> float:
        """Size against the paper's own, 1.0 = 100 %."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Change the size and stay on the page."""
        page = self._current
        self._zoom = zoom
        self._lay_out()
        self.go(page)

    def go(self, page: int) -> None:
        """Bring a page (from 0) to the top."""
        if 0 <= page < len(self._pages.sizes):
            self.verticalScrollBar().setValue(self._rects()[page].top() - self._gap())

    def current(self) -> int:
        """The page that fills most of the sight."""
        return self._current

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pages in sight, white paper while a picture is on the way."""
        look = theme.current()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), look.colour("desk"))
        shift = QPoint(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        for index, rect in enumerate(self._rects()):
            place = rect.translated(shift)
            if not place.intersects(event.rect()):
                continue
            painter.fillRect(place, Qt.GlobalColor.white)
            picture = self._picture(index)
            if picture is not None:
                painter.drawImage(place, picture)
            chosen = self._fixed and index == self._current
            painter.setPen(look.colour("accent" if chosen else "line_strong"))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the pages in the middle."""
        super().resizeEvent(event)
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl with the wheel zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and not self._fixed:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def step_zoom(self, step: int) -> None:
        """The next larger or smaller size."""
        place = min(range(len(ZOOMS)), key=lambda i: abs(ZOOMS[i] - self._zoom)) + step
        self.set_zoom(ZOOMS[max(0, min(place, len(ZOOMS) - 1))])

    def fit_width(self) -> None:
        """The size at which the widest page fills the sight."""
        widest = max((width for width, _height in self._pages.sizes), default=595.0)
        room = self.viewport().width() - 2 * self._gap()
        self.set_zoom(max(0.2, (room - 1) / (widest * _SCREEN * theme.current().scale)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click in the strip picks a page."""
        place = event.position().toPoint() + QPoint(0, self.verticalScrollBar().value())
        for index, rect in enumerate(self._rects()):
            if rect.contains(place):
                self.picked.emit(index)
                return

    def mark(self, page: int) -> None:
        """Show a page as the current one of the strip."""
        self._current = page
        rects = self._rects()
        if page < len(rects):
            top, bar = rects[page].top(), self.verticalScrollBar()
            if not bar.value() <= top <= bar.value() + self.viewport().height() - rects[page].height():
                bar.setValue(top - self._gap())
        self.viewport().update()

    def _gap(self) -> int:
        return theme.current().px(10 if self._fixed else 16)

    def _scale(self, index: int) -> float:
        if self._fixed:
            return theme.current().px(self._fixed) / self._pages.sizes[index][0]
        return self._zoom * _SCREEN * theme.current().scale

    def _size(self, index: int) -> QSize:
        width, height = self._pages.sizes[index]
        scale = self._scale(index)
        return QSize(round(width * scale), round(height * scale))

    def _rects(self) -> list[QRect]:
        rects, y = [], self._gap()
        room = max(self.viewport().width(), self.horizontalScrollBar().maximum() + self.viewport().width())
        for index in range(len(self._pages.sizes)):
            size = self._size(index)
            rects.append(QRect(QPoint(max((room - size.width()) // 2, self._gap()), y), size))
            y += size.height() + self._gap()
        return rects

    def _lay_out(self) -> None:
        sizes = [self._size(index) for index in range(len(self._pages.sizes))]
        width = max((size.width() for size in sizes), default=0) + 2 * self._gap()
        height = sum(size.height() + self._gap() for size in sizes) + self._gap()
        sight = self.viewport().size()
        self.horizontalScrollBar().setRange(0, max(0, width - sight.width()))
        self.horizontalScrollBar().setPageStep(sight.width())
        self.verticalScrollBar().setRange(0, max(0, height - sight.height()))
        self.verticalScrollBar().setPageStep(sight.height())
        self.verticalScrollBar().setSingleStep(40)
        self.viewport().update()

    def _scrolled(self) -> None:
        self.viewport().update()
        if self._fixed:
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        page = next((i for i, rect in enumerate(self._rects()) if rect.bottom() >= middle), 0)
        if page != self._current:
            self._current = page
            self.page_moved.emit(page)

    def _picture(self, index: int) -> QImage | None:
        scale = self._scale(index) * self.devicePixelRatioF()
        key = (index, round(scale, 3))
        picture = self._pictures.get(key)
        if picture is None and key not in self._under_way and len(self._under_way) < 4:
            self._under_way.add(key)
            token, pages = self._token, self._pages
            self._runner.fetch(
                lambda: page_image(pages.render(index, scale)), lambda made: self._take(token, key, made), owner=self
            )
        return picture

    def _take(self, token: int, key: tuple[int, float], picture: QImage) -> None:
        if token != self._token:
            return
        self._under_way.discard(key)
        while len(self._pictures) >= KEPT_PAGES:
            self._pictures.pop(next(iter(self._pictures)))
        self._pictures[key] = picture
        self.viewport().update()


class PdfPreview(QWidget):
    """Strip of pages, the page itself, zoom and 打印; `print_wanted(PdfPages)` when 打印 is pressed.

    With `saves` also 保存, in the formats that the pages can be saved as: `save_wanted(PdfPages, format)`.
    """

    print_wanted = Signal(object)
    save_wanted = Signal(object, str)

    def __init__(self, runner: JobRunner, parent: QWidget | None = None, *, saves: bool = False) -> None:
        super().__init__(parent)
        self.pages: PdfPages | None = None
        self._saves = saves
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.canvas = PageCanvas(runner)
        self.strip = PageCanvas(runner, fixed_width=104)
        self.strip.setFixedWidth(px(144))
        self.bar = QHBoxLayout()
        self.bar.setContentsMargins(px(12), px(8), px(12), px(8))
        self.bar.setSpacing(px(8))
        self.place = label("", "soft")
        self.percent = label("", "soft")
        self.bar.addWidget(self.place)
        self.bar.addStretch(1)
        self.bar.addWidget(tool("zoom-out", "缩小", lambda: self._step(-1)))
        self.bar.addWidget(self.percent)
        self.bar.addWidget(tool("zoom-in", "放大", lambda: self._step(1)))
        self.bar.addWidget(button("适合宽度", self._fit))
        self.save_button = menu_button("保存", icon_name="export")
        self.save_button.hide()
        self.bar.addWidget(self.save_button)
        self.bar.addWidget(button("打印…", self._print, role="primary", icon_name="print"))
        box.addLayout(self.bar)
        box.addWidget(rule())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.strip)
        self._strip_rule = rule(upright=True)
        row.addWidget(self._strip_rule)
        row.addWidget(self.canvas, 1)
        box.addLayout(row, 1)
        self.canvas.page_moved.connect(self._moved)
        self.strip.picked.connect(self._picked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow place the page itself gets the room of the strip."""
        super().resizeEvent(event)
        wide = event.size().width() >= theme.current().px(_STRIP_FROM)
        if wide == self.strip.isHidden():
            self.strip.setVisible(wide)
            self._strip_rule.setVisible(wide)
            if self.pages is not None:
                QTimer.singleShot(0, self, self._fit)

    def put(self, pages: PdfPages) -> None:
        """Show a PDF."""
        self.pages = pages
        self.canvas.put(pages)
        self.strip.put(pages)
        fill_menu(self.save_button.menu(), [self._saving(pages, form) for form in pages.formats])
        self.save_button.setVisible(self._saves and bool(pages.formats) and pages.save is not None)
        self._fit()
        self._moved(0)
        self.canvas.setFocus()

    def _saving(self, pages: PdfPages, form: str) -> tuple[str, Callable[[], object]]:
        return f"{FORMATS[form]}…", lambda: self.save_wanted.emit(pages, form)

    def _picked(self, page: int) -> None:
        self.canvas.go(page)
        self._moved(page)

    def _moved(self, page: int) -> None:
        count = len(self.pages.sizes) if self.pages else 0
        self.place.setText(f"第 {page + 1} 页，共 {count} 页" if count else "")
        self.strip.mark(page)

    def _step(self, step: int) -> None:
        self.canvas.step_zoom(step)
        self._say_zoom()

    def _fit(self) -> None:
        self.canvas.fit_width()
        self._say_zoom()

    def _say_zoom(self) -> None:
        self.percent.setText(f"{round(self.canvas.zoom * 100)}%")

    def _print(self) -> None:
        if self.pages is not None:
            self.print_wanted.emit(self.pages)
