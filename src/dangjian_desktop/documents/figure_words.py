"""Words from figures: a template whose figures are bound by key becomes paragraphs and the places of tables.

How a template is written stands in `domain/word_template.py`. A figure `{members}` is printed as it is read (2126人,
a share always with what it was computed from), `{members 名}` with that measure word; `{数:members}` is the bare
number, `{占比:members_female}` 53人，占11.1%（53/478）, `{百分比:…}` the bare percentage, which stands only beside its
`{分子:…}` and `{分母:…}`. 〔请填写：…〕 marks what the writer adds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import NumberedPoint
from dangjian_desktop.domain.figures.figure_text import (
    COUNTED,
    FORMS,
    NUMBER,
    OF_A_WHOLE,
    PART,
    PERCENT,
    SHARE,
    WHOLE,
    figure_text,
    is_count,
)
from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.figures.word_template import DEEPEST, Piece, PieceKind, TemplateLine, lines_of
from dangjian_desktop.domain.values.numbering import is_numbered

# Figures of what is only intended: never to be read as done.
PLANNED = frozenset({"organisations_planned"})
PLANNED_WORD = "拟成立"
_LONGEST_COUNTER = 3
_TO_FILL = re.compile(r"〔请填写[^〕]*〕")
_CLAUSE_END = re.compile(r"[，。；！？]")
_TYPED_SHARE = re.compile(r"\d+(?:\.\d+)?[%％](?!（\d+/\d+）)|百分之[〇零一二三四五六七八九十百\d]")
_DONE = re.compile(r"已|完成|建成|(?<!拟)成立")


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table of this name stands."""

    table: str


WrittenBlock = NumberedPoint | Paragraph | TablePlace


@dataclass(slots=True)
class Written:
    """What a template became: the title, the body, the figures printed in it and how many places are left to fill.

    `shares` are the keys of those that are printed with their share of a whole.
    """

    title: str
    body: list[WrittenBlock] = field(default_factory=list)
    used: dict[str, FigureValue] = field(default_factory=dict)
    shares: set[str] = field(default_factory=set)
    to_fill: int = 0

    def said(self, key: str) -> str:
        """What the paper says of a figure, whatever measure word it uses."""
        return figure_text(self.used[key], SHARE if key in self.shares else "")


def template_faults(template: str, known: Mapping[str, FigureValue], tables: Collection[str] = ()) -> list[str]:
    """Why a template cannot be used, one plain sentence for each fault; nothing where it can.

    `known` are the figures by key, `tables` what the paper has places for.
    """
    lines = list(lines_of(template))
    if not lines or lines[0].level or lines[0].table or any(p.kind is PieceKind.WHEN_LINE for p in lines[0].pieces):
        return ["第1行要是标题：一行普通文字，不是小标题，也不带条件。"]
    found = [f"第{line.number}行：{fault}" for line in lines for fault in _faults(line, known, tables)]
    placed = [(line.number, line.table) for line in lines if line.table]
    seen: set[str] = set()
    for number, name in placed:
        if name in seen:
            found.append(f"第{number}行：“{name}”已经放过一次。")
        seen.add(name)
    return found


def _faults(line: TemplateLine, known: Mapping[str, FigureValue], tables: Collection[str]) -> Iterator[str]:
    pieces = line.pieces
    if line.level > DEEPEST:
        yield "标题最多四级。"
    elif line.level and is_numbered(line.text):
        yield "标题前的序号由程序编，不用写。"
    words = "".join(piece.source if piece.kind is PieceKind.TEXT else "" for piece in pieces)
    if re.search(r"[{}]", words):
        yield "大括号没有成对。"
    if "[有" in words or not _paired(pieces):
        yield "方括号没有成对，或者一个套着一个。"
    for piece in pieces:
        if piece.kind in (PieceKind.WHEN, PieceKind.WHEN_LINE) and piece.key not in known:
            yield f"没有名为“{piece.key}”的统计数。"
        elif piece.kind is PieceKind.TABLE:
            yield from _table_faults(line, piece, tables)
        elif piece.kind is PieceKind.FIGURE:
            yield from _figure_faults(piece, pieces, known)
    if _TYPED_SHARE.search(words):
        yield "写百分比要在后面用括号注明分子和分母，例如 80%（4/5）。"
    yield from _planned_faults(pieces)


def _paired(pieces: Sequence[Piece]) -> bool:
    opened = False
    for piece in pieces:
        if piece.kind is PieceKind.WHEN and opened:
            return False
        opened = piece.kind is PieceKind.WHEN or (opened and piece.kind is not PieceKind.END)
    return not opened


def _table_faults(line: TemplateLine, piece: Piece, tables: Collection[str]) -> Iterator[str]:
    if piece.key not in tables:
        more = f"可用的有：{'、'.join(tables)}。" if tables else "这份文稿里不放表。"
        yield f"没有名为“{piece.key}”的表，{more}"
    elif not line.table or line.level:
        yield f"“{piece.key}”要单独占一行。"


def _figure_faults(piece: Piece, beside: Sequence[Piece], known: Mapping[str, FigureValue]) -> Iterator[str]:
    if piece.form not in FORMS:
        yield f"不认识写法“{piece.form}”，可用：{'、'.join(FORMS[1:])}。"
        return
    figure = known.get(piece.key)
    if figure is None:
        yield f"没有名为“{piece.key}”的统计数。"
        return
    if piece.form in OF_A_WHOLE and (figure.denominator is None or not (figure.is_share or is_count(figure))):
        yield f"“{figure.label}”没有分母，不能写成{piece.form}。"
    elif piece.form == NUMBER and figure.is_share:
        yield f"“{figure.label}”是比例，不能只写一个数。"
    elif piece.form == PERCENT and not {PART, WHOLE} <= {each.form for each in beside if each.key == piece.key}:
        yield f"“{figure.label}”的百分比要和分子、分母写在同一段。"
    if piece.counter and (piece.form not in COUNTED or not is_count(figure)):
        yield f"“{figure.label}”不能换量词。"
    elif len(piece.counter) > _LONGEST_COUNTER:
        yield f"“{piece.counter}”太长，不像量词；大括号里只写统计数的名称和量词。"


def _planned_faults(pieces: Sequence[Piece]) -> Iterator[str]:
    # Chips become a letter that ends no clause, so that places in the text can be counted.
    text = "".join("x" if piece.kind is not PieceKind.TEXT else piece.source for piece in pieces)
    at = 0
    for piece in pieces:
        start, at = at, at + (len(piece.source) if piece.kind is PieceKind.TEXT else 1)
        if piece.kind is not PieceKind.FIGURE or piece.key not in PLANNED:
            continue
        before = max((end.end() for end in _CLAUSE_END.finditer(text, 0, start)), default=0)
        after = _CLAUSE_END.search(text, at)
        clause = text[before : after.start() if after else len(text)]
        if PLANNED_WORD not in text[before:start] or _DONE.search(clause):
            yield f"拟成立的组织还没有成立：前面要写“{PLANNED_WORD}”，同一句里不能写成已经成立。"


def write_out(template: str, figures: Mapping[str, FigureValue], facts: Mapping[str, str]) -> Written:
    """The template with its figures; `facts` has a text for each of `FACTS`. Only for a template without faults."""
    first, *lines = lines_of(template)
    out = Written("")
    out.title = _text(first, figures, facts, out)
    for line in lines:
        if line.table:
            out.body.append(TablePlace(line.table))
            continue
        text = _text(line, figures, facts, out)
        if text.strip():
            out.to_fill += len(_TO_FILL.findall(text))
            out.body.append(NumberedPoint(line.level, text) if line.level else Paragraph(text))
    out.body = _without_empty(out.body)
    return out


def _without_empty(body: list[WrittenBlock]) -> list[WrittenBlock]:
    """The body without headings under which nothing was printed."""
    kept: list[WrittenBlock] = []
    # From the end, so that a heading that only had empty headings is found empty too.
    for block in reversed(body):
        following = kept[-1] if kept else None
        if isinstance(block, NumberedPoint) and (
            following is None or (isinstance(following, NumberedPoint) and following.level <= block.level)
        ):
            continue
        kept.append(block)
    return kept[::-1]


def _text(line: TemplateLine, figures: Mapping[str, FigureValue], facts: Mapping[str, str], out: Written) -> str:
    """What is printed of a line; the figures that decided or were printed are noted in `out`."""
    printed, wanted = "", True
    for piece in line.pieces:
        if piece.kind is PieceKind.END:
            wanted = True
        elif piece.kind in (PieceKind.WHEN, PieceKind.WHEN_LINE):
            out.used[piece.key] = figures[piece.key]
            wanted = bool(figures[piece.key].value)
            if not wanted and piece.kind is PieceKind.WHEN_LINE:
                return ""
        elif wanted:
            printed += _printed(piece, figures, facts)
            if piece.kind is PieceKind.FIGURE:
                out.used[piece.key] = figures[piece.key]
                if piece.form in (SHARE, PERCENT) and not figures[piece.key].is_share:
                    out.shares.add(piece.key)
    return printed


def _printed(piece: Piece, figures: Mapping[str, FigureValue], facts: Mapping[str, str]) -> str:
    if piece.kind is PieceKind.FACT:
        return facts[piece.key]
    if piece.kind is PieceKind.FIGURE:
        return figure_text(figures[piece.key], piece.form, piece.counter)
    return piece.source
