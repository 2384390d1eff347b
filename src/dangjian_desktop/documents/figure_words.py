"""Words from figures: a template whose figures are bound by key becomes the body of an official paper.

A template is plain text, one paragraph a line: `# ` and `## ` begin headings, `{members}` is a figure as it is read
(2126人, a share always with what it was computed from), `[有 terms_overdue]` at the start of a line prints it only
where that figure is not 0. `{数:members}` is the bare number, `{占比:members_female}` 53人，占11.1%（53/478）,
`{百分比:…}` the bare percentage, which stands only beside its `{分子:…}` and `{分母:…}`. `{单位}`, `{期间}` and
`{统计日}` are who reports, about when. 〔请填写：…〕 marks what the writer adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import Item, OfficialBlock
from dangjian_desktop.domain.figures import FigureValue, percent

FACTS = ("单位", "期间", "统计日")
# Figures of what is only intended: never to be read as done.
PLANNED = frozenset({"organisations_planned"})
PLANNED_WORD = "拟成立"
_NUMBER, _SHARE, _PERCENT, _PART, _WHOLE = "数", "占比", "百分比", "分子", "分母"
_FORMS = ("", _NUMBER, _SHARE, _PERCENT, _PART, _WHOLE)
_OF_A_WHOLE = (_SHARE, _PERCENT, _PART, _WHOLE)
_CHIP = re.compile(r"\{(?:([^{}:：]*)[:：])?([^{}:：]*)\}")
_WHEN = re.compile(r"\[有\s*([^\]\s]+)\s*\]\s*")
_TO_FILL = re.compile(r"〔请填写[^〕]*〕")
_CLAUSE_END = re.compile(r"[，。；！？]")
_TYPED_SHARE = re.compile(r"\d+(?:\.\d+)?[%％](?!（\d+/\d+）)|百分之[〇零一二三四五六七八九十百\d]")
_DONE = re.compile(r"已|完成|建成|(?<!拟)成立")


@dataclass(frozen=True, slots=True)
class Chip:
    """One figure in a template: its key and the form that it is printed in (empty: as it is read)."""

    key: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a template: level 0 is running text; with `when` it needs that figure not to be 0."""

    number: int
    level: int
    text: str
    when: str = ""

    def chips(self) -> Iterator[Chip]:
        """The figures in it, without the facts that are no figures."""
        for found in _CHIP.finditer(self.text):
            if found[1] is not None or found[2].strip() not in FACTS:
                yield Chip(found[2].strip(), (found[1] or "").strip())


@dataclass(slots=True)
class Written:
    """What a template became: the title, the body, the figures printed in it and how many places are left to fill."""

    title: str
    body: list[OfficialBlock] = field(default_factory=list)
    used: dict[str, FigureValue] = field(default_factory=dict)
    to_fill: int = 0


def lines_of(template: str) -> list[Line]:
    """The lines of a template that say something; the first one is the title."""
    found = []
    for number, text in enumerate(template.splitlines(), 1):
        text = text.strip()
        when = _WHEN.match(text)
        if when:
            text = text[when.end() :]
        level = len(text) - len(text.lstrip("#"))
        text = text[level:].strip()
        if text:
            found.append(Line(number, level, text, when[1] if when else ""))
    return found


def template_faults(template: str, known: Mapping[str, FigureValue]) -> list[str]:
    """Why a template cannot be used, one plain sentence for each fault; nothing where it can."""
    lines = lines_of(template)
    if not lines or lines[0].level or lines[0].when:
        return ["第一行要是标题，前面不加“#”。"]
    return [f"第{line.number}行：{fault}" for line in lines for fault in _faults(line, known)]


def _faults(line: Line, known: Mapping[str, FigureValue]) -> Iterator[str]:
    if line.level > 4:
        yield "标题最多四级。"
    if line.when and line.when not in known:
        yield f"没有名为“{line.when}”的统计数。"
    if re.search(r"[{}]", _CHIP.sub("", line.text)):
        yield "大括号没有成对。"
    chips = list(line.chips())
    for chip in chips:
        yield from _chip_faults(chip, chips, known)
    if _TYPED_SHARE.search(_CHIP.sub("", line.text)):
        yield "写百分比要在后面用括号注明分子和分母，例如 80%（4/5）。"
    yield from _planned_faults(line.text)


def _chip_faults(chip: Chip, beside: list[Chip], known: Mapping[str, FigureValue]) -> Iterator[str]:
    if chip.form not in _FORMS:
        yield f"不认识写法“{chip.form}”，可用：{'、'.join(_FORMS[1:])}。"
        return
    figure = known.get(chip.key)
    if figure is None:
        yield f"没有名为“{chip.key}”的统计数。"
        return
    if chip.form in _OF_A_WHOLE and figure.denominator is None:
        yield f"“{figure.label}”没有分母，不能写成{chip.form}。"
    elif chip.form == _NUMBER and figure.is_share:
        yield f"“{figure.label}”是比例，不能只写一个数。"
    elif chip.form == _PERCENT and not {Chip(chip.key, _PART), Chip(chip.key, _WHOLE)} <= set(beside):
        yield f"“{figure.label}”的百分比要和分子、分母写在同一段。"


def _planned_faults(text: str) -> Iterator[str]:
    for found in _CHIP.finditer(text):
        if found[2].strip() not in PLANNED:
            continue
        before = [end.end() for end in _CLAUSE_END.finditer(text, 0, found.start())]
        after = _CLAUSE_END.search(text, found.end())
        clause = text[before[-1] if before else 0 : after.start() if after else len(text)]
        if PLANNED_WORD not in text[before[-1] if before else 0 : found.start()] or _DONE.search(clause):
            yield f"拟成立的组织还没有成立：前面要写“{PLANNED_WORD}”，同一句里不能写成已经成立。"


def write_out(template: str, figures: Mapping[str, FigureValue], facts: Mapping[str, str]) -> Written:
    """The template with its figures; `facts` has a text for each of `FACTS`. Only for a template without faults."""
    first, *lines = lines_of(template)
    out = Written(_text(first, figures, facts))
    for line in lines:
        if line.when:
            out.used[line.when] = figures[line.when]
            if not figures[line.when].value:
                continue
        text = _text(line, figures, facts)
        out.used |= {chip.key: figures[chip.key] for chip in line.chips()}
        out.to_fill += len(_TO_FILL.findall(text))
        out.body.append(Item(line.level, text) if line.level else Paragraph(text))
    out.body = _without_empty(out.body)
    return out


def _without_empty(body: list[OfficialBlock]) -> list[OfficialBlock]:
    """The body without headings under which nothing was printed."""
    kept: list[OfficialBlock] = []
    # From the end, so that a heading that only had empty headings is found empty too.
    for block in reversed(body):
        following = kept[-1] if kept else None
        if isinstance(block, Item) and (
            following is None or (isinstance(following, Item) and following.level <= block.level)
        ):
            continue
        kept.append(block)
    return kept[::-1]


def _text(line: Line, figures: Mapping[str, FigureValue], facts: Mapping[str, str]) -> str:
    def printed(found: re.Match[str]) -> str:
        key, form = found[2].strip(), (found[1] or "").strip()
        if found[1] is None and key in FACTS:
            return facts[key]
        return figure_text(figures[key], form)

    return _CHIP.sub(printed, line.text)


def figure_text(figure: FigureValue, form: str = "") -> str:
    """A figure in one of the forms of a template."""
    part, whole = figure.numerator or 0, figure.denominator or 0
    if form == _SHARE:
        counted = f"{part}{'次' if figure.is_share else figure.unit}"
        return f"{counted}，占{percent(part, whole)}（{part}/{whole}）" if whole else counted
    if form == _PERCENT:
        return percent(part, whole) if whole else "—"
    if form == _PART:
        return str(part)
    if form == _WHOLE:
        return str(whole)
    return str(figure.value) if form == _NUMBER and figure.value is not None else figure.printed
