"""An official paper after GB/T 9704-2012: what stands in it, apart from how it is drawn.

Everything that is confidential is masked before it comes here; `public_copy` makes the version for publication.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Face, Paragraph, Row, RowGroup, Run, Table, chinese_date, table_texts
from dangjian_desktop.domain.values.masking import mask_id, mask_name, mask_phone
from dangjian_desktop.domain.values.numbering import Counter

PUBLIC_NOTE = "此件公开发布"
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_NUMBER = re.compile(r"[^〔〕]+〔\d{4}〕[1-9]\d*号")
# Minutes are often numbered by issue.
_ISSUE = re.compile(r"[^〔〕]*〔\d{4}〕[1-9]\d*号|第[1-9]\d*期")


class OfficialForm(StrEnum):
    """The forms of GB/T 9704-2012: the usual one and two special ones."""

    PAPER = "文件"
    LETTER = "信函"  # 函: the name above the text block, red double rules at head and foot of the first page
    MINUTES = "纪要"  # who was there in place of signature and seal


@dataclass(frozen=True, slots=True)
class NumberedPoint:
    """A numbered point: level 1 (一、), 2 (（一）), 3 (1.) or 4 (（1）); the number is not part of the text.

    `text` is in the face of its level; `after` goes on in the same paragraph in 仿宋. A point of level 1 without
    `after` has a line of its own. Numbers of a level begin anew under each point above it.
    """

    level: int
    text: str
    after: str = ""


OfficialBlock = NumberedPoint | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Annex:
    """An attachment: its name as the note of attachments has it, and what stands in it on a page of its own."""

    title: str
    body: tuple[OfficialBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: who gets copies, who printed it and when (ISO date)."""

    printer: str
    printed_on: str
    copies_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """A paper with a red head (`red_head`, e.g. 中共某某街道工作委员会文件) or plain without one.

    `number` is made by `document_number`. `signers` make it a paper to a superior: the number moves to the left.
    `addressee` is printed with a colon. `dated` is an ISO date. Without `seal` signature and date stand as on
    papers that are not sealed. A letter's `red_head` is the issuer's name; minutes' is 某某会议纪要, with issuer and
    date above the red rule, and `attendance` says who was 出席, 请假, 列席 as pairs of word and names. With
    `double_sided` the imprint is on the back of the last sheet. `holders` as in `Document`.
    """

    title: str
    issuer: str
    dated: str
    body: tuple[OfficialBlock, ...]
    red_head: str = ""
    number: str = ""
    signers: tuple[str, ...] = ()
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    addressee: str = ""
    attachments: tuple[Annex, ...] = ()
    note: str = ""
    seal: bool = True
    imprint: Imprint | None = None
    double_sided: bool = True
    public: bool = False
    form: OfficialForm = OfficialForm.PAPER
    attendance: tuple[tuple[str, str], ...] = ()
    holders: tuple[Mapping[str, str], ...] = ()


def document_number(code: str, year: int, serial: int) -> str:
    """发文字号 as it is printed: 某街工委发〔2026〕5号."""
    return f"{code}〔{year}〕{serial}号"


def numbered(blocks: Sequence[OfficialBlock]) -> Iterator[tuple[OfficialBlock, bool]]:
    """The blocks with their points turned into paragraphs, and whether each is a heading kept with what follows."""
    counter = Counter()
    for block in blocks:
        if not isinstance(block, NumberedPoint):
            yield block, False
            continue
        level = min(max(block.level, 1), 4)
        yield _as_paragraph(block, level, counter.next(level)), level <= 2 and not block.after


def _as_paragraph(item: NumberedPoint, level: int, label: str) -> Paragraph:
    face = (Face.HEADING, Face.KAI, Face.BODY, Face.BODY)[level - 1]
    runs = (Run(label + item.text, face=face), *((Run(item.after),) if item.after else ()))
    return Paragraph(runs)


def attachment_label(index: int, count: int) -> str:
    """附件 of a single one, 附件1 and so on of several."""
    return "附件" if count == 1 else f"附件{index}"


def paper_faults(paper: OfficialPaper) -> list[str]:
    """What a careful office would send back, in plain words; nothing when all is right."""
    wrong = []
    if not paper.title.strip():
        wrong.append("没有标题。")
    if not paper.issuer.strip():
        wrong.append("没有发文机关署名。")
    if paper.dated.count("-") != 2 or chinese_date(paper.dated) == paper.dated:
        wrong.append("成文日期要写全年月日。")
    known = _ISSUE if paper.form is OfficialForm.MINUTES else _NUMBER
    if paper.number and not known.fullmatch(paper.number):
        wrong.append(f"发文字号“{paper.number}”应写成“机关代字〔年份〕序号号”，序号不编虚位、不加“第”字。")
    if paper.red_head and not paper.number:
        wrong.append("有发文机关标志的公文要有发文字号。")
    if paper.red_head and paper.title.rstrip().endswith("请示") and not paper.signers:
        wrong.append("请示要标签发人。")
    if paper.title.rstrip().endswith("报告") and "请示" in paper.title:
        wrong.append("报告不能夹带请示事项。")
    if paper.form is OfficialForm.MINUTES and not any(label == "出席" for label, _ in paper.attendance):
        wrong.append("纪要要写出席人员。")
    if paper.form is OfficialForm.LETTER and paper.signers:
        wrong.append("信函不标签发人。")
    if paper.copy_number and not re.fullmatch(r"\d{6}", paper.copy_number):
        wrong.append("份号是六位数字。")
    return wrong


def public_copy(paper: OfficialPaper, names: Sequence[str] = ()) -> OfficialPaper:
    """The version for publication: identity and phone numbers and the given personal names are masked everywhere.

    Number of the copy and signers are left out, 此件公开发布 is added. Raises `UserError` (`secret_paper`) for a paper
    that is marked secret.
    """
    if paper.secrecy:
        raise UserError(
            "secret_paper", "标有密级的文件不能公开。", effect="没有生成公开版。", advice="解密后去掉密级再生成。"
        )
    longest = sorted((name for name in names if name), key=len, reverse=True)

    def hide(text: str) -> str:
        text = _ID_NUMBER.sub(lambda found: mask_id(found.group()), text)
        text = _PHONE.sub(lambda found: mask_phone(found.group()), text)
        for name in longest:
            text = text.replace(name, mask_name(name))
        return text

    return replace(
        paper,
        title=hide(paper.title),
        addressee=hide(paper.addressee),
        body=_hidden(paper.body, hide),
        attachments=tuple(Annex(hide(each.title), _hidden(each.body, hide)) for each in paper.attachments),
        note=hide(paper.note) or PUBLIC_NOTE,
        attendance=tuple((label, hide(names)) for label, names in paper.attendance),
        copy_number="",
        signers=(),
        public=True,
    )


def _hidden(blocks: Sequence[OfficialBlock], hide: Callable[[str], str]) -> tuple[OfficialBlock, ...]:
    found: list[OfficialBlock] = []
    for block in blocks:
        if isinstance(block, NumberedPoint):
            found.append(replace(block, text=hide(block.text), after=hide(block.after)))
        elif isinstance(block, Paragraph):
            found.append(replace(block, text=tuple(replace(run, text=hide(run.text)) for run in block.runs)))
        else:
            found.append(_hidden_table(block, hide))
    return tuple(found)


def _hidden_table(table: Table, hide: Callable[[str], str]) -> Table:
    def row(cells: Row) -> Row:
        return [hide(cell) if isinstance(cell, str) else cell for cell in cells]

    groups = [
        RowGroup(
            hide(each.label), [row(cells) for cells in each.rows], None if each.subtotal is None else row(each.subtotal)
        )
        for each in table.sections()
    ]
    totals = [row(cells) for cells in table.totals]
    return replace(table, rows=(), groups=groups, totals=totals, caption=hide(table.caption), note=hide(table.note))


def official_texts(paper: OfficialPaper) -> Iterator[str]:
    """Every text of the paper, for whoever looks for a character in it."""
    yield from (paper.red_head, paper.number, *paper.signers, paper.copy_number, paper.secrecy, paper.urgency)
    yield from (paper.title, paper.addressee, paper.issuer, paper.note)
    for body in (paper.body, *(attachment.body for attachment in paper.attachments)):
        for block in body:
            if isinstance(block, NumberedPoint):
                yield from (block.text, block.after)
            elif isinstance(block, Paragraph):
                yield block.plain
            else:
                yield from table_texts(block)
    yield from (attachment.title for attachment in paper.attachments)
    for label, names in paper.attendance:
        yield from (label, names)
    if paper.imprint is not None:
        yield from (paper.imprint.printer, *paper.imprint.copies_to)
