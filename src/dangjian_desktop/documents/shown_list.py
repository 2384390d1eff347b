"""A list as it stood on the screen, on paper: its rows, its columns, its order, and what it was limited to."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.documents.model import Column, ColumnKind, Document, PageSetup, Paper, Row, Table

_UPRIGHT_COLUMNS, _A4_COLUMNS = 5, 16
"""So many columns stand upright, so many on A4; more go on A3 lying."""


def shown_list(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    measure: str,
    limits: Sequence[str],
    unit: str,
    filled_on: str,
    masked_note: str,
) -> Document:
    """The list under its title with running numbers; `limits` are said below the title, so that a part shows as one."""
    page = PageSetup(
        paper=Paper.A3 if len(columns) > _A4_COLUMNS else Paper.A4,
        landscape=len(columns) > _UPRIGHT_COLUMNS,
        margins=(15.0, 12.0, 15.0, 12.0),
    )
    numbered = [[number, *row] for number, row in enumerate(rows, 1)]
    table = Table(
        (Column("序号", ColumnKind.INTEGER), *columns),
        numbered,
        sheet=title,
        note=f"共{len(rows)}{measure}。",
        empty_text="（没有符合条件的记录）",
    )
    return Document(
        title,
        (table,),
        subtitle=f"（{'；'.join(limits)}）" if limits else "",
        page=page,
        unit=unit,
        filled_on=filled_on,
        masked_note=masked_note,
    )
