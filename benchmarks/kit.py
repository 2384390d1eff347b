"""What the measurements share: clock, memory, opening a file, and the table that both sides set."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import rosters

TODAY = date(2026, 9, 30)
PASSWORD = "合适的密码一二三"
STREET = "临江街道党工委"
Found = dict[str, Any]


@contextmanager
def timed(found: Found, name: str) -> Iterator[None]:
    """The seconds of the block under `name`."""
    begun = time.perf_counter()
    yield
    found[name] = time.perf_counter() - begun


def peak_megabytes() -> float | None:
    """The most memory this process had so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def create(path: Path) -> Any:
    """A new file with its root."""
    from dangjian_desktop.base.clock import Clock
    from dangjian_desktop.services.office import opening

    return opening.create_office(
        path, name=STREET, account="张三", password=PASSWORD, base_date=date(2025, 1, 1), clock=Clock(TODAY)
    )[0]


def open_office(path: Path) -> Any:
    """A file, signed in, on the day of all measurements."""
    from dangjian_desktop.base.clock import Clock
    from dangjian_desktop.services.office import opening

    return opening.open_office(path, account="张三", password=PASSWORD, clock=Clock(TODAY))


def paper_document(people: int) -> Any:
    """The roster of 12 columns, ungrouped."""
    from dangjian_desktop.documents.model import Align, Column, ColumnKind, Document, PageSetup, Table

    kinds = {"序号": ColumnKind.INTEGER, "出生日期": ColumnKind.DATE, "入党时间": ColumnKind.DATE}
    kinds |= {"公民身份号码": ColumnKind.CODE, "联系电话": ColumnKind.CODE}
    columns = tuple(
        Column(
            label,
            kinds.get(label, ColumnKind.TEXT),
            align=None if label in kinds or label in rosters.PAPER_WIDE else Align.CENTER,
        )
        for label in rosters.PAPER_COLUMNS + rosters.PAPER_WIDE
    )
    table = Table(columns, rosters.paper_rows(people))
    return Document("某某街道党员花名册", (table,), page=PageSetup(landscape=True))


def typst_source(document: Any) -> str:
    """The same table for typst: our widths, size and spacing; the heading of a group is repeated on its pages."""
    from dangjian_desktop.exchange.pdf.faces import FontSet, Role
    from dangjian_desktop.exchange.pdf.table import measure_table

    def cell(value: object) -> str:
        return "[" + "".join("\\" + c if c in "*_#$@<>[]\\`~" else c for c in str(value)) + "]"

    (table,) = document.blocks
    fonts = FontSet()
    width = (297 - 40) * 72 / 25.4
    measures = measure_table(table, width, fonts.face(Role.BODY), fonts.face(Role.HEADING))
    columns = ",".join(f"{each:.2f}pt" for each in measures.widths)
    head = ",".join(f"[*{column.label}*]" for column in table.columns)
    wide = f"table.cell(colspan:{len(table.columns)},align:left,fill:luma(96%))"
    parts = []
    for group in table.sections():
        if group.label:
            parts.append(f"table.header(level:2,{wide}[*{group.label}*])")
        parts += [",".join(map(cell, row)) for row in group.rows]
        if group.subtotal is not None:
            parts.append(",".join("[]" if each is None else f"[*{each}*]" for each in group.subtotal))
    body = ",\n".join(parts)
    footer = "context align(center)[第#counter(page).display()页 共#counter(page).final().first()页]"
    return (
        f'#set page(paper:"a4",flipped:true,margin:20mm,footer:{footer})\n'
        f'#set text(font:("Noto Serif SC","HanaMinB"),size:{measures.size}pt,lang:"zh",'
        "top-edge:0.8em,bottom-edge:-0.2em)\n#set par(leading:0.22em)\n"
        f'#align(center,text(22pt,weight:"bold")[{document.title}])\n'
        f"#table(columns:({columns}),align:center+horizon,stroke:.4pt,inset:(x:.35em,y:.485em),"
        f"table.header({head}),\n{body})\n"
    )


def pages(path: Path) -> Found:
    """Pages and bytes of a PDF."""
    import pypdfium2

    return {"pages": len(pypdfium2.PdfDocument(path)), "bytes": path.stat().st_size}
