"""The text of a template with its figures as chips: free words are typed, a chip is one character."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit, QToolTip

from dangjian_desktop.domain.figures.word_template import DEEPEST, Piece, PieceKind, pieces_of, split_line
from dangjian_desktop.domain.values.numbering import Counter

from .... import theme
from .chips import CHIP, OBJECT, ChipFace, ChipPainter, chip_format, is_chip, kind_of, source_of

_TO_FILL = re.compile(r"〔请填写[^〕]*〕")
_SIZES = {0: 15, 1: 17, 2: 16, 3: 15, 4: 15}
_TITLE_SIZE = 20
_LINE_HEIGHT = 145.0
_NUMBERS = 44
"""The room before a heading for its number."""


class _Dress(QSyntaxHighlighter):
    """Headings bold, the title larger, what is left to write marked; nothing of it is part of the text."""

    def highlightBlock(self, text: str) -> None:
        """Dress one paragraph."""
        look, block = theme.current(), self.currentBlock()
        level = block.blockFormat().headingLevel()
        if block.blockNumber() == 0 or level:
            made = QTextCharFormat()
            made.setFontWeight(QFont.Weight.Bold)
            size = _TITLE_SIZE if block.blockNumber() == 0 else _SIZES.get(level, _SIZES[0])
            made.setProperty(QTextFormat.Property.FontPixelSize, look.px(size))
            self.setFormat(0, len(text), made)
        for found in _TO_FILL.finditer(text):
            made = QTextCharFormat()
            made.setBackground(look.colour("amber_soft"))
            made.setForeground(look.colour("amber"))
            self.setFormat(found.start(), len(found[0]), made)


class WordsEdit(QTextEdit):
    """A template being edited; `at_chip(Piece or None)` tells which chip the caret stands at.

    `face` tells what a piece shows, `tip` what it means; both are asked again whenever it is drawn.
    """

    at_chip = Signal(object)
    left = Signal()

    def __init__(self, face: Callable[[Piece], ChipFace], tip: Callable[[Piece], str]) -> None:
        super().__init__()
        self._face, self._tip = face, tip
        self._at = -1
        self._painter = ChipPainter(lambda made: face(_piece(made)), lambda: self._at, self.document())
        layout: QAbstractTextDocumentLayout = self.document().documentLayout()
        layout.registerHandler(OBJECT, self._painter)
        self._dress = _Dress(self.document())
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName("文书的文字")
        self.setFont(theme.current().font(_SIZES[0]))
        self.document().setDocumentMargin(theme.current().px(12))
        self.cursorPositionChanged.connect(self._moved)
        # The numbers before headings stand outside of what the text itself repaints.
        self.textChanged.connect(self.viewport().update)

    # The template in and out

    def put(self, template: str) -> None:
        """Show a template; what was typed before cannot be undone back into it."""
        document = self.document()
        document.setUndoRedoEnabled(False)
        self.clear()
        cursor = QTextCursor(document)
        self._set_level(cursor, 0)
        self._insert_lines(cursor, template.rstrip("\n").split("\n"))
        document.setUndoRedoEnabled(True)
        document.setModified(False)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._moved()

    def replace_all(self, template: str) -> None:
        """Another template in place of this one, as one step that can be undone."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        self._set_level(cursor, 0)
        self._insert_lines(cursor, template.rstrip("\n").split("\n"))
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def source(self) -> str:
        """The template as it stands, a line for each paragraph."""
        return self._source(0, self.document().characterCount() - 1) + "\n"

    def redraw(self) -> None:
        """Chips say something else now."""
        document = self.document()
        document.markContentsDirty(0, document.characterCount())
        self.viewport().update()

    def mark_line(self, number: int) -> None:
        """Mark a line, counted from 1, and put the caret at its start."""
        block = self.document().findBlockByNumber(number - 1)
        if not block.isValid():
            return
        # The stubs know neither of its two fields.
        marked: Any = QTextEdit.ExtraSelection()
        marked.format.setBackground(theme.current().colour("danger_soft"))
        marked.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        marked.cursor = QTextCursor(block)
        marked.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setExtraSelections([marked])
        self.setTextCursor(QTextCursor(block))
        self.setFocus()

    # What the person does

    def insert_piece(self, source: str) -> None:
        """Put a figure or the like at the caret, in place of what is chosen."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        self._insert_pieces(cursor, pieces_of(source))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    def replace_chip(self, source: str) -> None:
        """Put another chip in place of the one at the caret."""
        if self._at < 0:
            return
        cursor = self._chosen()
        cursor.insertText(CHIP, chip_format(pieces_of(source)[0], self._plain(cursor.block())))
        self.setTextCursor(cursor)
        self._moved()

    def remove_chip(self) -> None:
        """Take away the chip at the caret."""
        if self._at >= 0:
            self._chosen().removeSelectedText()
            self.setFocus()

    def only_where(self, key: str) -> None:
        """Print the chosen words, or the whole paragraph, only where that figure is not 0."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        inner = self._source(start, end)
        cursor.beginEditBlock()
        if inner and "\n" not in inner:
            cursor.removeSelectedText()
            self._insert_pieces(cursor, pieces_of(f"[有 {key}：{inner}]"))
        else:
            cursor.setPosition(cursor.block().position())
            self._insert_pieces(cursor, pieces_of(f"[有 {key}]"))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    def place_table(self, name: str) -> None:
        """Give a table a line of its own after the caret's paragraph."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        if cursor.block().length() > 1:
            cursor.insertBlock()
        self._set_level(cursor, 0)
        self._insert_pieces(cursor, pieces_of(f"{{表:{name}}}"))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    def level(self) -> int:
        """The level of the caret's paragraph, 0 for running text."""
        return self.textCursor().blockFormat().headingLevel()

    def set_level(self, level: int) -> None:
        """Make the caret's paragraph a heading or running text."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        self._set_level(cursor, level)
        cursor.endEditBlock()
        self._dress.rehighlightBlock(cursor.block())
        self.setFocus()

    def piece_at(self) -> Piece | None:
        """The chip that the caret stands behind or before."""
        made = self._format(self._at)
        return _piece(made) if made is not None else None

    # What Qt asks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A heading's next paragraph is running text; Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            cursor = self.textCursor()
            if cursor.blockFormat().headingLevel() or cursor.blockNumber() == 1:
                cursor.joinPreviousEditBlock()
                self._set_level(cursor, 0 if cursor.atBlockStart() else cursor.blockFormat().headingLevel())
                cursor.endEditBlock()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Before each heading the number that the program will give it."""
        super().paintEvent(event)
        painter, look, counter = QPainter(self.viewport()), theme.current(), Counter()
        painter.setPen(look.colour("ink_faint"))
        layout, up = self.document().documentLayout(), self.verticalScrollBar().value()
        block = self.document().firstBlock()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            if 0 < level <= DEEPEST and block.length() > 1:
                label, font = counter.next(level), self._plain(block).font()
                first = block.layout().lineAt(0)
                top = layout.blockBoundingRect(block).top() + first.y() - up
                painter.setFont(font)
                room = QRectF(0, top, look.px(_NUMBERS) + self.document().documentMargin(), first.height())
                painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), label)
            block = block.next()
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on a chip takes that chip."""
        super().mouseReleaseEvent(event)
        if self.textCursor().hasSelection() or event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._chip_under(event.position().toPoint())
        if place >= 0:
            cursor = self.textCursor()
            cursor.setPosition(place + 1)
            self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        """What a chip means is its tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._chip_under(self.viewport().mapFromGlobal(event.globalPos()))
            made = self._format(place)
            QToolTip.showText(event.globalPos(), self._tip(_piece(made)) if made is not None else "", self)
            return True
        return super().event(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copied text keeps its chips: they travel as they are written in a template."""
        cursor, made = self.textCursor(), QMimeData()
        made.setText(self._source(cursor.selectionStart(), cursor.selectionEnd()))
        return made

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text from anywhere; what is written like a figure becomes a chip."""
        if not source.hasText():
            return
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        self._insert_lines(cursor, source.text().replace("\r\n", "\n").split("\n"))
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    # Inner workings

    def _insert_lines(self, cursor: QTextCursor, lines: Sequence[str]) -> None:
        for number, line in enumerate(lines):
            level, text = split_line(line)
            if number:
                cursor.insertBlock()
            if number or (level and cursor.atBlockStart()):
                self._set_level(cursor, level)
            self._insert_pieces(cursor, pieces_of(text if level or number else line))

    def _insert_pieces(self, cursor: QTextCursor, pieces: Sequence[Piece]) -> None:
        plain = self._plain(cursor.block())
        for piece in pieces:
            if piece.kind is PieceKind.TEXT:
                cursor.insertText(piece.source, plain)
            else:
                cursor.insertText(CHIP, chip_format(piece, plain))
        cursor.setCharFormat(plain)

    def _plain(self, block: QTextBlock) -> QTextCharFormat:
        made = QTextCharFormat()
        level = block.blockFormat().headingLevel()
        size = _TITLE_SIZE if block.blockNumber() == 0 else _SIZES.get(level, _SIZES[0])
        made.setFont(theme.current().font(size))
        return made

    def _set_level(self, cursor: QTextCursor, level: int) -> None:
        px, made = theme.current().px, QTextBlockFormat()
        title = cursor.blockNumber() == 0
        made.setHeadingLevel(level)
        made.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        made.setAlignment(Qt.AlignmentFlag.AlignHCenter if title else Qt.AlignmentFlag.AlignLeft)
        made.setTopMargin(px(8) if level else 0)
        made.setLeftMargin(px(_NUMBERS) if level else 0)
        made.setTextIndent(0 if title or level else px(2 * _SIZES[0]))
        cursor.setBlockFormat(made)
        cursor.setBlockCharFormat(self._plain(cursor.block()))

    def _source(self, start: int, end: int) -> str:
        """The template between two places; a paragraph's level only where its beginning is in it."""
        lines = []
        block = self.document().findBlock(start)
        while block.isValid() and block.position() <= end:
            text = self._line(block, start, end)
            level = block.blockFormat().headingLevel() if block.position() >= start else 0
            if level and text:
                text = f"{'#' * level} {text}"
            elif text.startswith("#"):
                # A number sign typed at the start would be read as a heading.
                text = "＃" + text[1:]
            lines.append(text)
            block = block.next()
        return "\n".join(lines)

    def _line(self, block: QTextBlock, start: int, end: int) -> str:
        found = []
        inside = block.begin()
        while not inside.atEnd():
            fragment = inside.fragment()
            at = fragment.position()
            text = fragment.text()[max(start - at, 0) : max(end - at, 0)]
            made = fragment.charFormat()
            if is_chip(made):
                text = text.replace(CHIP, source_of(made))
            found.append(text)
            inside += 1
        # A line break inside a paragraph is none in a template.
        return "".join(found).replace("\u2028", "").strip()

    def _format(self, place: int) -> QTextCharFormat | None:
        """The format of the chip at a place, or None where there is none."""
        document: QTextDocument = self.document()
        if place < 0 or document.characterAt(place) != CHIP:
            return None
        cursor = QTextCursor(document)
        cursor.setPosition(place + 1)
        made = cursor.charFormat()
        return made if is_chip(made) else None

    def _chosen(self) -> QTextCursor:
        cursor = self.textCursor()
        cursor.setPosition(self._at)
        cursor.setPosition(self._at + 1, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _moved(self) -> None:
        place = self.textCursor().position()
        at = next((each for each in (place - 1, place) if self._format(each) is not None), -1)
        self._at = at
        self.viewport().update()
        self.at_chip.emit(self.piece_at())

    def _chip_under(self, point: QPoint) -> int:
        cursor = self.cursorForPosition(point)
        for place in (cursor.position() - 1, cursor.position()):
            if self._format(place) is None:
                continue
            before, after = QTextCursor(self.document()), QTextCursor(self.document())
            before.setPosition(place)
            after.setPosition(place + 1)
            left, right = self.cursorRect(before), self.cursorRect(after)
            inside = left.x() <= point.x() <= right.x() or right.top() > left.top()
            if inside and left.top() - 4 <= point.y() <= left.bottom() + 4:
                return place
        return -1


def _piece(made: QTextFormat) -> Piece:
    """The piece that a chip stands for."""
    kind, source = kind_of(made), source_of(made)
    if kind is PieceKind.END:
        return Piece(kind, source)
    return pieces_of(source)[0]
