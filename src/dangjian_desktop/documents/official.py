"""An official paper after GB/T 9704-2012: what stands in it, apart from how it is drawn.

Everything that is confidential is masked before it comes here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dangjian_desktop.documents.model import Face, Paragraph, Run, Table, chinese_date, table_texts
from dangjian_desktop.domain.values.numbering import Counter

_NUMBER = re.compile(r"[^〔〕]+〔\d{4}〕[1-9]\d*号")
_TO_WRITE_IN = re.compile(r"　+〔\d{4}〕　+号")
# Minutes are often numbered by issue.
_ISSUE = re.compile(r"[^〔〕]*〔\d{4}〕[1-9]\d*号|第[1-9]\d*期")


def number_to_fill(year: int) -> str:
    """A 发文字号 left for the hand that registers the paper: 　　　〔2026〕　　号."""
    return f"　　　〔{year}〕　　号"


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

    `number` is the 发文字号 as it is printed. `signers` make it a paper to a superior: the number moves to the left.
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
    form: OfficialForm = OfficialForm.PAPER
    attendance: tuple[tuple[str, str], ...] = ()
    holders: tuple[Mapping[str, str], ...] = ()


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
    if paper.number and not known.fullmatch(paper.number) and not _TO_WRITE_IN.fullmatch(paper.number):
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
