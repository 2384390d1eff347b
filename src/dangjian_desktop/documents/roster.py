"""党员花名册: the usual columns of members.md §2, branch by branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.model import (
    Column,
    ColumnKind,
    Document,
    PageSetup,
    RowGroup,
    SignatureLine,
    Table,
)

_COLUMNS = (
    Column("序号", ColumnKind.INTEGER),
    Column("姓名"),
    Column("性别"),
    Column("民族"),
    Column("出生年月", ColumnKind.DATE),
    Column("籍贯"),
    Column("学历"),
    Column("入党时间", ColumnKind.DATE),
    Column("转正时间", ColumnKind.DATE),
    Column("党内职务", weight=0.85),
    Column("工作单位及职务", weight=2.5),
    Column("身份证号", ColumnKind.CODE),
    Column("联系电话", ColumnKind.CODE),
    Column("所在党小组"),
    Column("备注", weight=1.2),
)


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One member, already printed and masked; dates to the month as rosters have them.

    `record` is the member's id, by which a fault in the line is mended.
    """

    name: str
    sex: str
    ethnic_group: str
    birth: str
    native_place: str
    education: str
    joined: str
    confirmed: str
    posts: str
    employer: str
    id_number: str
    phone: str
    group: str
    note: str
    record: str = ""

    def cells(self) -> list[str]:
        """The line in the order of the columns, without its number."""
        return [
            self.name,
            self.sex,
            self.ethnic_group,
            self.birth,
            self.native_place,
            self.education,
            self.joined,
            self.confirmed,
            self.posts,
            self.employer,
            self.id_number,
            self.phone,
            self.group,
            self.note,
        ]


@dataclass(frozen=True, slots=True)
class RosterBranch:
    """The members of one branch."""

    name: str
    lines: Sequence[RosterLine]


def roster(branches: Sequence[RosterBranch], *, unit: str, filled_on: str, as_of: str, masked_note: str) -> Document:
    """The roster of one branch, or of several under one heading each; numbers begin anew in every branch."""
    groups = [
        RowGroup(
            "" if len(branches) == 1 else f"{branch.name}（{len(branch.lines)}人）",
            [[number, *line.cells()] for number, line in enumerate(branch.lines, 1)],
            records=[line.record for line in branch.lines],
        )
        for branch in branches
    ]
    total = sum(len(branch.lines) for branch in branches)
    owner = branches[0].name if len(branches) == 1 else unit
    return Document(
        f"{owner}党员花名册",
        (Table(_COLUMNS, groups=groups, sheet="党员花名册", note=f"共{total}人。", empty_text="（没有党员）"),),
        subtitle=f"（截至{as_of}）",
        page=PageSetup(landscape=True, margins=(15.0, 12.0, 15.0, 12.0)),
        unit=unit,
        filled_on=filled_on,
        signature=SignatureLine(unit=owner),
        masked_note=masked_note,
    )
