"""Official papers and public copies of a ledger: the lines of a print form with their blanks filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from dangjian_desktop.domain.ledgers.print_forms import BLANK, REPEATED, ROWS_OF, TABLE
from dangjian_desktop.domain.values.masking import mask_numbers

from .model import Paragraph, Table
from .official import NumberedPoint, OfficialBlock, OfficialPaper

TO_FILL = "〔请填写〕"
"""What stands where nothing is known: the writer fills it in."""

Blank = Callable[[str], str | None]
"""What a blank says: a text, empty where nothing is kept, None for an unknown one."""

_LEVELS = (("### ", 3), ("## ", 2), ("# ", 1))
# Who types the number too gets it once: it is counted out.
_TYPED = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、])\s*")
_LONG_RUN = re.compile(r"\d(?:\s?\d){6,}")
_HEAD, _TAIL = 3, 3


def filled_text(line: str, blank: Blank) -> str:
    """A line with its blanks filled; what is empty is left to the writer."""
    return BLANK.sub(lambda found: blank(found[1].strip()) or TO_FILL, line)


def filled_body(
    lines: Sequence[str], blank: Blank, entries: Sequence[Blank], tables: Callable[[str], Table | None]
) -> Iterator[OfficialBlock]:
    """The lines as numbered points, paragraphs and tables; a repeated line once for each of the entries."""
    for line in lines:
        whole = BLANK.fullmatch(line.strip())
        name = whole[1].strip() if whole else ""
        if whole and (name == TABLE or name.startswith(ROWS_OF)):
            table = tables(name)
            if table is not None:
                yield table
        elif line.startswith(REPEATED):
            for entry in entries:
                yield NumberedPoint(3, "", filled_text(line.removeprefix(REPEATED), entry))
            if not entries:
                yield Paragraph("（无）")
        else:
            yield _point(line, blank)


def _point(line: str, blank: Blank) -> OfficialBlock:
    for mark, level in _LEVELS:
        if line.startswith(mark):
            return NumberedPoint(level, filled_text(_TYPED.sub("", line.removeprefix(mark)), blank))
    return Paragraph(filled_text(line, blank))


def public_text(text: str) -> str:
    """A text as it may hang on a wall: no ID or phone number, and no other run of seven or more digits."""
    kept: list[str] = []
    at = 0
    masked = mask_numbers(text)
    for found in _LONG_RUN.finditer(masked):
        kept += [masked[at : found.start()], _hidden(found[0])]
        at = found.end()
    return "".join((*kept, masked[at:]))


def _hidden(run: str) -> str:
    places = [at for at, sign in enumerate(run) if sign.isdecimal()]
    tail = _TAIL if len(places) > _HEAD + _TAIL else 0
    hidden = set(places[_HEAD : len(places) - tail])
    return "".join("*" if at in hidden else sign for at, sign in enumerate(run))


def public_paper(paper: OfficialPaper) -> OfficialPaper:
    """The paper with every text made fit for the wall: nothing that was written into it goes out unseen."""
    return replace(
        paper,
        title=public_text(paper.title),
        body=tuple(map(_public_block, paper.body)),
        note=public_text(paper.note),
    )


def _public_block(block: OfficialBlock) -> OfficialBlock:
    if isinstance(block, NumberedPoint):
        return replace(block, text=public_text(block.text), after=public_text(block.after))
    if isinstance(block, Paragraph):
        runs = tuple(replace(run, text=public_text(run.text)) for run in block.runs)
        return replace(block, text=runs if len(runs) > 1 else "".join(run.text for run in runs))
    rows = [[public_text(cell) if isinstance(cell, str) else cell for cell in row] for row in block.rows]
    return replace(block, rows=rows)


def holes_of(paper: OfficialPaper) -> int:
    """How many places are left to the writer."""
    return sum(text.count(TO_FILL) for text in _texts(paper))


def _texts(paper: OfficialPaper) -> Iterable[str]:
    yield from (paper.title, paper.addressee, paper.issuer)
    for block in paper.body:
        if isinstance(block, NumberedPoint):
            yield block.text + block.after
        elif isinstance(block, Paragraph):
            yield block.plain
