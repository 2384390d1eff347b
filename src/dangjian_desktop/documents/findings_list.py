"""提醒清单: what the rules say of a unit and those below it, to be worked through with a pen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from dangjian_desktop.documents.model import Column, ColumnKind, Document, PageSetup, RowGroup, Table
from dangjian_desktop.domain.records.findings import ERROR, Finding
from dangjian_desktop.domain.values.partial_dates import format_date

_WIDE = 16


def findings_list(findings: Iterable[Finding], titles: Mapping[str, str], *, unit: str, filled_on: str) -> Document:
    """Findings in their order, those of one rule together; `titles` names the rules by code.

    Each line leaves room to write what was done. The article that a rule rests on stands in its heading.
    """
    ordered = sorted(findings, key=lambda found: (found.severity != ERROR, found.rule))
    groups = []
    for rule, within in groupby(ordered, key=lambda found: found.rule):
        some = list(within)
        article = f"（{some[0].article}）" if some[0].article else ""
        rows = [
            [found.subject or "—", found.message, format_date(found.due_on) if found.due_on else "", ""]
            for found in some
        ]
        records = [found.records[0] if found.records else "" for found in some]
        groups.append(RowGroup(f"{titles.get(rule, rule)}　{len(some)}条{article}", rows, records=records))
    columns = (
        Column("对象", weight=1.1),
        Column("内容", weight=1.0),
        Column("到期", ColumnKind.DATE),
        Column("办理情况", min_chars=_WIDE),
    )
    table = Table(columns, groups=groups, sheet="提醒清单", empty_text="（现在没有要办、要核对的）")
    return Document(
        "提醒清单",
        (table,),
        subtitle=f"（截至{format_date(filled_on)}，共{len(ordered)}条）",
        page=PageSetup(landscape=True),
        unit=unit,
        filled_on=filled_on,
    )
