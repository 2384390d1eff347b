"""Named print forms of a ledger, as its template writes them: read strictly, with the line of a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dangjian_desktop.domain.records.fields import FieldType, is_sensitive

from .columns import LedgerColumn, check_unique, choices
from .faults import FaultError, at, check_keys, each
from .figure_groups import require_group
from .guard.subjects import require_allowed_words, require_groupable
from .ledgers import LedgerTemplate


class PrintShape(StrEnum):
    """What a print form makes: a list, a sheet for each entry, an official paper, a public copy, counts, a drawing."""

    LIST = "list"
    SHEET = "sheet"
    LETTER = "letter"  # 函 and papers of one entry, one for each
    NOTICE = "notice"  # 通报、通知、决定 over the whole ledger
    PUBLIC = "public"
    SUMMARY = "summary"
    DIAGRAM = "diagram"


PER_ENTRY = frozenset({PrintShape.SHEET, PrintShape.LETTER})
"""Shapes that are about one entry: each of many has its own."""

OFFICIAL = frozenset({PrintShape.LETTER, PrintShape.NOTICE, PrintShape.PUBLIC})
"""Shapes in official layout, made of text with blanks."""

NUMBER, UNIT_OF_ENTRY, STATE = "number", "organisation", "state"
OWN = {NUMBER: "编号", UNIT_OF_ENTRY: "党组织", STATE: "状态"}
"""What every entry has besides its columns, and how it is headed."""

PLAIN_BLANKS = ("编号", "党组织", "状态", "期间", "本单位", "条数", "今天")
TABLE, ROWS_OF, FIGURE = "表", "分项:", "figure."
BLANK = re.compile(r"\{([^{}]*)\}")
REPEATED = "* "
"""A line that begins so is written once for each entry."""

_FORM = {
    "required": {"key", "title", "form"},
    "optional": {"columns", "rows", "states", "where", "order", "group", "totals", "signatures", "text", "addressee",
                 "red_head", "heading", "public_days", "consent", "figures", "by", "note", "signer"},
}  # fmt: skip
_BY_SHAPE = {
    PrintShape.LIST: {"columns", "order", "group", "totals", "note"},
    PrintShape.SHEET: {"columns", "rows", "signatures", "order", "note"},
    PrintShape.LETTER: {"columns", "text", "addressee", "red_head", "heading", "order", "signer"},
    PrintShape.NOTICE: {"columns", "text", "addressee", "red_head", "heading", "order", "signer"},
    PrintShape.PUBLIC: {"columns", "text", "heading", "order", "public_days", "consent", "signer"},
    PrintShape.SUMMARY: {"figures", "by", "note"},
    PrintShape.DIAGRAM: {"columns", "order"},
}
_KEY = re.compile("[a-z][a-z0-9-]*")
_LISTS = ("columns", "rows", "states", "signatures", "text", "figures")
_NUMBERS = (FieldType.INTEGER, FieldType.MONEY, FieldType.DECIMAL)
_LONGEST_NOTICE = 365


@dataclass(frozen=True, slots=True)
class PrintForm:
    """One paper that a ledger can be printed as; what each part means is told in the description of templates.

    `key` is its name after that of the ledger (`rectification.sheet`). `columns` may name what every entry has
    besides (`number`, `organisation`, `state`). `states` and `where` say which entries stand on it. `text` are lines
    with blanks in braces. `public_days` is how long a public copy hangs, `consent` the yes/no column without which
    an entry is not on it.
    """

    key: str
    title: str
    shape: PrintShape
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] | None = None
    states: frozenset[str] = frozenset()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    order: str = ""
    group: str = ""
    totals: bool = False
    signatures: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    addressee: str = ""
    red_head: bool = False
    heading: str = ""
    public_days: int = 0
    consent: str = ""
    figures: tuple[str, ...] = ()
    by: str = ""
    note: str = ""
    signer: str = ""

    @property
    def per_entry(self) -> bool:
        """Whether each entry has a paper of its own."""
        return self.shape in PER_ENTRY

    @property
    def official(self) -> bool:
        """Whether it is an official paper."""
        return self.shape in OFFICIAL


def print_forms_of(template: LedgerTemplate) -> tuple[PrintForm, ...]:
    """The print forms of a template in their order; raises `FaultError` with the place."""
    forms = each("prints", template.parts.get("prints", ()), lambda item: _form(template, item))
    with at("prints"):
        check_unique([form.key for form in forms], "打印样")
        check_unique([form.title for form in forms], "打印样的名称")
    return forms


def print_form_keys() -> set[str]:
    """Every key that a print form may write."""
    return _FORM["required"] | _FORM["optional"]


def column_of(template: LedgerTemplate, name: str) -> LedgerColumn | None:
    """The column that a person means by key or by label; None for what is no column."""
    return next((column for column in template.columns if name in (column.name, column.label)), None)


def publishable(column: LedgerColumn) -> str | None:
    """Why a column may not stand on a public copy, or None where it may."""
    if column.type is FieldType.ID_NUMBER:
        return "证件号不上公开稿"
    if column.readers:
        return "只有部分角色看得见"
    if (is_sensitive(column) or column.clear_after is not None) and not column.consent:
        return "是要隐去或清除的内容，又没有写 consent（本人同意）"
    return None


def _form(template: LedgerTemplate, item: dict[str, Any]) -> PrintForm:
    check_keys(item, _FORM, "打印样")
    shape = _shape(item)
    if stray := sorted(set(item) - _FORM["required"] - {"states", "where"} - _BY_SHAPE[shape]):
        raise FaultError(f"“{shape}”打印样不写“{stray[0]}”", stray[0])
    for name in _LISTS:
        if not isinstance(item.get(name, []), list):
            raise FaultError(f"打印样的“{name}”写成了别的，应是列表", name)
    given: dict[str, Any] = {
        name: tuple(value) if name in _LISTS else value for name, value in item.items() if name != "form"
    }
    given["states"] = frozenset(item.get("states", ()))
    given["where"] = {column: tuple(wanted) for column, wanted in item.get("where", {}).items()}
    form = PrintForm(shape=shape, **given)
    if not _KEY.fullmatch(form.key):
        raise FaultError(f"打印样的键“{form.key}”只能用小写字母、数字和横线", "key")
    _check_choice(template, form)
    _check_columns(template, form)
    _check_text(template, form)
    _check_figures(template, form)
    if shape is PrintShape.PUBLIC:
        _check_public(template, form)
    for place, words in (("title", form.title), ("heading", form.heading), *(("text", line) for line in form.text)):
        require_allowed_words(words, place, restricted=template.restricted)
    return form


def _shape(item: Mapping[str, Any]) -> PrintShape:
    try:
        return PrintShape(item["form"])
    except ValueError:
        known = "、".join(PrintShape)
        raise FaultError(f"没有“{item['form']}”这种打印样，可写：{known}", "form") from None


def _check_choice(template: LedgerTemplate, form: PrintForm) -> None:
    states = {state.key for state in template.states}
    if unknown := sorted(form.states - states):
        raise FaultError(f"打印样用到的状态“{unknown[0]}”不存在", "states")
    for name, wanted in form.where.items():
        answers = choices(_known(template, name, "where"))
        if answers and not set(wanted) <= set(answers):
            raise FaultError(f"打印样要的值不在列“{name}”的选项里", "where")


def _check_columns(template: LedgerTemplate, form: PrintForm) -> None:
    for name in form.columns:
        _named(template, name, "columns")
    for place in ("order", "group"):
        name = getattr(form, place)
        if name:
            _named(template, name, place)
    if form.group and form.group not in OWN:
        with at("group"):
            require_groupable(template, form.group)
    for name in form.rows or ():
        if template.row_list(name) is None:
            raise FaultError(f"打印样用到的分项“{name}”不存在", "rows")
    if form.shape in (PrintShape.LIST, PrintShape.DIAGRAM) and not form.columns:
        raise FaultError(f"“{form.shape}”打印样要写 columns")
    columns = [column_of(template, name) for name in form.columns]
    if form.totals and not any(column and column.gives in _NUMBERS for column in columns):
        raise FaultError("打印样里没有数，不写 totals", "totals")


def _check_text(template: LedgerTemplate, form: PrintForm) -> None:
    if not form.official:
        return
    if not form.text:
        raise FaultError("公文打印样要写 text（正文，一段一项）")
    for index, line in enumerate(form.text):
        with at("text", index):
            if not isinstance(line, str) or not line.strip():
                raise FaultError("正文一段是一句文字，不能空着")
            if set("{}") & set(BLANK.sub("", line)):
                raise FaultError("花括号要成对")
            for blank in blanks_of(line):
                _check_blank(template, form, line, blank)
    for place in ("heading", "addressee", "signer"):
        with at(place):
            for blank in blanks_of(getattr(form, place)):
                _check_blank(template, form, "", blank)


def blanks_of(text: str) -> Iterator[str]:
    """What stands in the braces of a text."""
    return (found[1].strip() for found in BLANK.finditer(text))


def _check_blank(template: LedgerTemplate, form: PrintForm, line: str, blank: str) -> None:
    single = form.per_entry or line.startswith(REPEATED)
    if blank == TABLE or blank.startswith(ROWS_OF):
        if line.strip() != f"{{{blank}}}":
            raise FaultError(f"“{{{blank}}}”要自成一段")
        if blank == TABLE and not form.columns:
            raise FaultError("“{表}”印哪些列，要写 columns")
        if blank.startswith(ROWS_OF):
            if not form.per_entry:
                raise FaultError(f"“{{{blank}}}”只用在一条一份的打印样里")
            if template.row_list(blank.removeprefix(ROWS_OF)) is None:
                raise FaultError(f"分项“{blank.removeprefix(ROWS_OF)}”不存在")
        return
    if blank.startswith(FIGURE):
        if blank.removeprefix(FIGURE) not in {figure.key for figure in template.figures}:
            raise FaultError(f"统计数“{blank.removeprefix(FIGURE)}”不存在")
        return
    if column_of(template, blank) is None and blank not in PLAIN_BLANKS:
        raise FaultError(f"“{{{blank}}}”不是列，也不是{'、'.join(PLAIN_BLANKS)}")
    one_entry = column_of(template, blank) is not None or blank in OWN.values()
    if one_entry and not single:
        raise FaultError(f"“{{{blank}}}”是一条的内容，这里说的是整本；要逐条写，段首写“* ”")


def _check_figures(template: LedgerTemplate, form: PrintForm) -> None:
    known = {figure.key for figure in template.figures}
    if unknown := [key for key in form.figures if key not in known]:
        raise FaultError(f"打印样用到的统计数“{unknown[0]}”不存在", "figures")
    if form.shape is PrintShape.SUMMARY:
        if not form.by:
            raise FaultError("汇总要写 by（按什么分）")
        with at("by"):
            require_group(template, form.by)


def _check_public(template: LedgerTemplate, form: PrintForm) -> None:
    """Nothing goes on the wall that the privacy line keeps off it."""
    if template.restricted:
        raise FaultError(f"“{template.title}”限制查看，不出公开稿", "form")
    if type(form.public_days) is not int or not 1 <= form.public_days <= _LONGEST_NOTICE:
        raise FaultError("公开稿要写公示几天 public_days，1到365", "public_days")
    if form.consent and _known(template, form.consent, "consent").type is not FieldType.BOOLEAN:
        raise FaultError(f"同意列“{form.consent}”不是“是否”列", "consent")
    named: Sequence[tuple[str, str]] = [("columns", name) for name in form.columns]
    named = [*named, *(("text", blank) for line in form.text for blank in blanks_of(line))]
    for place, name in named:
        for column in _printed_by(template, name):
            if why := publishable(column):
                raise FaultError(f"公开稿不能印“{column.label}”：{why}。可以不印这一列，或按编号公布", place)


def _printed_by(template: LedgerTemplate, name: str) -> Sequence[LedgerColumn]:
    """The columns that a name on a paper prints: its own, or all of a list of child rows."""
    rows = template.row_list(name)
    column = column_of(template, name)
    return rows.columns if rows else (column,) if column else ()


def _known(template: LedgerTemplate, name: str, place: str) -> LedgerColumn:
    try:
        return template.column(name)
    except KeyError:
        raise FaultError(f"打印样用到的列“{name}”不存在", place) from None


def _named(template: LedgerTemplate, name: str, place: str) -> None:
    if name not in OWN and template.row_list(name) is None:
        _known(template, name, place)
