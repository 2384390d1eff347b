"""What a piece of a template is called and says now, in the words of the person who edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dangjian_desktop.domain.figures.figure_text import figure_text
from dangjian_desktop.domain.figures.word_template import FACTS, Piece, PieceKind

from .chips import ChipFace

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.word_editing import WordsForEditing

OPEN, CLOSE = "【", "】"


def face_of(piece: Piece, words: WordsForEditing | None) -> ChipFace:
    """How a chip looks."""
    if piece.kind is PieceKind.END:
        return ChipFace(CLOSE, "", "amber")
    if words is None:
        return ChipFace(piece.key, "")
    if piece.kind is PieceKind.FACT:
        return ChipFace(piece.key, words.facts.get(piece.key, ""), "good")
    if piece.kind is PieceKind.TABLE:
        known = piece.key in words.tables
        return ChipFace("表", piece.key, "good") if known else ChipFace("没有这张表", piece.key, "danger")
    figure = words.figures.get(piece.key)
    if figure is None:
        return ChipFace("没有这个统计数", piece.key, "danger")
    if piece.kind is PieceKind.FIGURE:
        return ChipFace(words.labels[piece.key], figure_text(figure, piece.form, piece.counter) or "（没有）")
    now = "" if figure.value else "，现在没有，不印"
    return ChipFace(
        f"有“{words.labels[piece.key]}”才写{now}{OPEN if piece.kind is PieceKind.WHEN else ''}", "", "amber"
    )


def meaning_of(piece: Piece, words: WordsForEditing | None) -> str:
    """What a chip means, in one or two sentences."""
    if piece.kind is PieceKind.END:
        return "到这里为止：从前面的“【”到这里，那个数不是0才印。"
    if words is None:
        return ""
    if piece.kind is PieceKind.FACT:
        return f"{FACTS[piece.key]}，由程序填写。"
    if piece.kind is PieceKind.TABLE:
        shown = words.tables.get(piece.key)
        return f"这里印一张表：{shown}。" if shown else f"没有名为“{piece.key}”的表，请去掉。"
    figure = words.figures.get(piece.key)
    if figure is None:
        return f"没有名为“{piece.key}”的统计数，请去掉，或从下面换一个。"
    if piece.kind is PieceKind.FIGURE:
        return figure.definition
    until = "到后面的“】”为止" if piece.kind is PieceKind.WHEN else "这一段"
    return f"“{figure.label}”不是0时才印，{until}。口径：{figure.definition}"
