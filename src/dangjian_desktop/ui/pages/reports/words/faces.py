"""What a piece of a template is called and says now, in the words of the person who edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dangjian_desktop.domain.figures.figure_text import figure_text
from dangjian_desktop.domain.figures.word_template import FACTS, Kind, Piece

from .chips import Face

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.word_editing import WordsForEditing

OPEN, CLOSE = "【", "】"


def face_of(piece: Piece, words: WordsForEditing | None) -> Face:
    """How a chip looks."""
    if piece.kind is Kind.END:
        return Face(CLOSE, "", "amber")
    if words is None:
        return Face(piece.key, "")
    if piece.kind is Kind.FACT:
        return Face(piece.key, words.facts.get(piece.key, ""), "good")
    if piece.kind is Kind.TABLE:
        known = piece.key in words.tables
        return Face("表", piece.key, "good") if known else Face("没有这张表", piece.key, "danger")
    figure = words.figures.get(piece.key)
    if figure is None:
        return Face("没有这个统计数", piece.key, "danger")
    if piece.kind is Kind.FIGURE:
        return Face(words.labels[piece.key], figure_text(figure, piece.form, piece.counter) or "（没有）")
    now = "" if figure.value else "，现在没有，不印"
    return Face(f"有“{words.labels[piece.key]}”才写{now}{OPEN if piece.kind is Kind.WHEN else ''}", "", "amber")


def meaning_of(piece: Piece, words: WordsForEditing | None) -> str:
    """What a chip means, in one or two sentences."""
    if piece.kind is Kind.END:
        return "到这里为止：从前面的“【”到这里，那个数不是0才印。"
    if words is None:
        return ""
    if piece.kind is Kind.FACT:
        return f"{FACTS[piece.key]}，由程序填写。"
    if piece.kind is Kind.TABLE:
        shown = words.tables.get(piece.key)
        return f"这里印一张表：{shown}。" if shown else f"没有名为“{piece.key}”的表，请去掉。"
    figure = words.figures.get(piece.key)
    if figure is None:
        return f"没有名为“{piece.key}”的统计数，请去掉，或从下面换一个。"
    if piece.kind is Kind.FIGURE:
        return figure.definition
    until = "到后面的“】”为止" if piece.kind is Kind.WHEN else "这一段"
    return f"“{figure.label}”不是0时才印，{until}。口径：{figure.definition}"
