"""The document: what a report says, apart from how PDF or Excel draws it.

A builder takes plain rows and figures and returns one `Document`; the renderers in `exchange` turn the same
document into PDF and Excel. Everything that is confidential is masked before it comes here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dangjian_desktop.documents.charts import Chart
from dangjian_desktop.documents.org_chart import OrgChart

# A cell is plain text, a number or nothing; what a number means is said by its column's kind.
Cell = str | int | float | None
Row = Sequence[Cell]


class Align(StrEnum):
    """Where text stands in its column."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class ColumnKind(StrEnum):
    """What the cells of a column are, which decides alignment, number format and whether they may wrap."""

    TEXT = "text"  # words; wraps
    CODE = "code"  # ID number, phone, document number: text that stays text in Excel and stays on one line
    DATE = "date"  # partial-date text (2021-07-16, 2021-07, 1998), printed as it stands
    INTEGER = "integer"  # a count
    MONEY = "money"  # integer fen, printed in yuan with two decimals
    PERCENT = "percent"  # a share between 0 and 1, printed with one decimal


class Face(StrEnum):
    """The type face of a run, by its role on paper."""

    BODY = "body"  # 宋体
    HEADING = "heading"  # 黑体
    KAI = "kai"  # 楷体


class Paper(StrEnum):
    """Paper sizes of the field."""

    A4 = "A4"
    A3 = "A3"


@dataclass(frozen=True, slots=True)
class PageSetup:
    """Paper, direction and margins in millimetres (top, right, bottom, left)."""

    paper: Paper = Paper.A4
    landscape: bool = False
    margins: tuple[float, float, float, float] = (20.0, 20.0, 20.0, 20.0)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the sheet in millimetres as it is read."""
        short, long = (210.0, 297.0) if self.paper is Paper.A4 else (297.0, 420.0)
        return (long, short) if self.landscape else (short, long)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face."""

    text: str
    bold: bool = False
    face: Face = Face.BODY


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the document; level 1 (一、) to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `text` may be one string or runs. The first line is set in by two characters by default."""

    text: str | tuple[Run, ...]
    indent: bool = True
    align: Align = Align.LEFT
    small: bool = False

    @property
    def runs(self) -> tuple[Run, ...]:
        """The text as runs."""
        return (Run(self.text),) if isinstance(self.text, str) else self.text

    @property
    def plain(self) -> str:
        """The text without faces."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `groups` are the merged headers above `label`, outermost first: neighbours that share them are drawn under one
    cell, and a column without groups spans the header's whole height. Widths follow content; `weight` multiplies
    what the content asks for and `min_chars` gives an empty column (签名, 备注) room for that many characters.
    """

    label: str
    kind: ColumnKind = ColumnKind.TEXT
    groups: tuple[str, ...] = ()
    align: Align | None = None
    weight: float = 1.0
    min_chars: float = 0.0

    @property
    def aligned(self) -> Align:
        """The alignment that holds: as asked, else numbers right, codes and dates centred, words left."""
        if self.align is not None:
            return self.align
        if self.kind in (ColumnKind.INTEGER, ColumnKind.MONEY, ColumnKind.PERCENT):
            return Align.RIGHT
        return Align.CENTER if self.kind in (ColumnKind.CODE, ColumnKind.DATE) else Align.LEFT


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading row (`label` empty: none) with an optional subtotal row.

    `records`, where given, are the ids of the records that the rows show, one for each.
    """

    label: str
    rows: Sequence[Row]
    subtotal: Row | None = None
    records: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: either `rows` or `groups`, then `totals` last.

    Every row has as many cells as there are columns. `caption` stands above, `unit` (单位：人) at the right above
    the table, `note` below. `sheet` names the Excel sheet (default: the caption). `empty_text` is printed in one
    wide row when there is nothing to list. `records` are the ids of the records that `rows` show, where given.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Row] = ()
    groups: Sequence[RowGroup] = ()
    totals: Sequence[Row] = ()
    caption: str = ""
    unit: str = ""
    note: str = ""
    sheet: str = ""
    empty_text: str = "（无）"
    records: Sequence[str] = ()

    def sections(self) -> Iterator[RowGroup]:
        """The body as groups, whichever way it was given."""
        if self.rows:
            yield RowGroup("", self.rows, records=self.records)
        yield from self.groups

    @property
    def count(self) -> int:
        """Number of body rows, without headings, subtotals and totals."""
        return len(self.rows) + sum(len(group.rows) for group in self.groups)

    @property
    def header_depth(self) -> int:
        """How many rows the header has."""
        return 1 + max((len(column.groups) for column in self.columns), default=0)


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One labelled value of a grid; `wide` gives it a row of its own."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class KeyValueGrid:
    """A ruled form of labels and values, `across` pairs to a row."""

    items: tuple[KeyValue, ...]
    across: int = 2


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """署名 and date at the lower right with 45 × 45 mm left for the seal; it never parts over two pages.

    An empty `date_text` leaves `    年   月   日` for the hand.
    """

    signer: str
    date_text: str = ""
    seal: bool = True


@dataclass(frozen=True, slots=True)
class Spacer:
    """Empty height in millimetres; dropped at the top of a page."""

    height: float = 4.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Go to a new page, on other paper if `setup` is given. Doubled or last breaks make no empty page.

    With a `title` another paper of the same kind begins there, in a workbook on a sheet of its own.
    """

    setup: PageSetup | None = None
    title: str = ""
    subtitle: str = ""
    sheet: str = ""


Block = Heading | Paragraph | Table | KeyValueGrid | SignatureBlock | Spacer | PageBreak | Chart | OrgChart


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """The line below a report: 填表人 at the left, 审核人 in the middle, 单位（盖章） at the right.

    Names may be left empty for the hand; with `seal` 45 × 45 mm are kept free at the right.
    """

    filled_by: str = ""
    checked_by: str = ""
    unit: str = ""
    seal: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper, ready to be rendered.

    `unit` (填报单位) stands at the left and `filled_on` (ISO date, printed as 2026年9月30日) at the right above the
    blocks. `masked_note` is printed small in the footer beside 第X页 共Y页, e.g. 身份证号、电话已隐去中间位.
    `record` is the id of the record that the whole paper shows; `holders` are names by the ids of their records, by
    which a character without type is led back to the member or organisation that it belongs to. `together` keeps
    tables among the words in a workbook too, one sheet for each title; `sheet` is what the first is called.
    """

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    page: PageSetup = field(default_factory=PageSetup)
    unit: str = ""
    filled_on: str = ""
    signature: SignatureLine | None = None
    page_numbers: bool = True
    masked_note: str = ""
    record: str = ""
    holders: tuple[Mapping[str, str], ...] = ()
    together: bool = False
    sheet: str = ""

    def tables(self) -> list[Table]:
        """The tables in reading order."""
        return [block for block in self.blocks if isinstance(block, Table)]


def cell_text(value: Cell, kind: ColumnKind) -> str:
    """What is printed for a cell: money in yuan, shares in percent, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if kind is ColumnKind.MONEY:
        yuan, fen = divmod(abs(round(value)), 100)
        return f"{'-' if value < 0 else ''}{yuan}.{fen:02d}"
    if kind is ColumnKind.PERCENT:
        return f"{value * 100:.1f}%"
    return str(value)


def chinese_date(text: str) -> str:
    """A partial-date text as it is written on paper, without leading zeros: 2026年1月5日, 2021年7月, 1998年."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return text
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A cell of a table's header: its first column and how many it spans, its level from the top and its depth."""

    text: str
    first: int
    span: int
    level: int
    depth: int


def header_cells(columns: Sequence[Column]) -> list[HeaderCell]:
    """The header's cells after merging: shared groups over their columns, labels down to the last level."""
    total = 1 + max((len(column.groups) for column in columns), default=0)
    cells: list[HeaderCell] = []
    for index, column in enumerate(columns):
        before = columns[index - 1].groups if index else ()
        for level, text in enumerate(column.groups):
            path = column.groups[: level + 1]
            if before[: level + 1] == path:
                continue
            span = 1
            while index + span < len(columns) and columns[index + span].groups[: level + 1] == path:
                span += 1
            cells.append(HeaderCell(text, index, span, level, 1))
        level = len(column.groups)
        cells.append(HeaderCell(column.label, index, 1, level, total - level))
    return cells


def document_texts(document: Document) -> Iterator[str]:
    """Every text of the document, for whoever looks for a character in it."""
    yield from (document.title, document.subtitle, document.unit, document.masked_note)
    if document.signature is not None:
        yield from (document.signature.filled_by, document.signature.checked_by, document.signature.unit)
    for block in document.blocks:
        if isinstance(block, Table):
            yield from table_texts(block)
        elif isinstance(block, Paragraph):
            yield block.plain
        elif isinstance(block, Heading):
            yield block.text
        elif isinstance(block, KeyValueGrid):
            for item in block.items:
                yield from (item.label, item.value)
        elif isinstance(block, SignatureBlock):
            yield from (block.signer, block.date_text)
        elif isinstance(block, PageBreak):
            yield from (block.title, block.subtitle)
        elif isinstance(block, Chart | OrgChart):
            yield from block.texts()


def table_texts(table: Table) -> Iterator[str]:
    """Every text of a table."""
    yield from (table.caption, table.unit, table.note, table.empty_text)
    for column in table.columns:
        yield from (column.label, *column.groups)
    for group in table.sections():
        yield group.label
        for row in (*group.rows, *(() if group.subtotal is None else (group.subtotal,))):
            yield from (cell for cell in row if isinstance(cell, str))
    for row in table.totals:
        yield from (cell for cell in row if isinstance(cell, str))
