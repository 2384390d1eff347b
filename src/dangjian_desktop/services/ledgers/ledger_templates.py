"""The ledgers that this account may open, and what a new entry of one begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_ids
from dangjian_desktop.domain.ledgers import ledgers as rules
from dangjian_desktop.domain.ledgers import passages
from dangjian_desktop.domain.ledgers.columns import LedgerColumn, RowList
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import EDITION
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.office import work_days
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.listing import ListQuery

_FILES = f"{ATTACHMENTS.name}."


def templates(office: Office) -> list[LedgerTemplate]:
    """The ledgers this account may open, in the order of the four classes of files."""
    return [t for t in office.templates.values() if _open_to(office, t)]


def template(office: Office, key: str | None) -> LedgerTemplate:
    """One ledger by key or title.

    Raises `UserError`: `ledger_unknown`, or `not_allowed` for one that this role may not open.
    """
    by_key = [office.templates[key]] if key is not None and key in office.templates else []
    for found in by_key or office.templates.values():
        if key in (found.key, found.title):
            if not _open_to(office, found):
                raise UserError("not_allowed", f"您的账户不能打开“{found.title}”。")
            return found
    known = "、".join(t.title for t in templates(office))
    raise UserError("ledger_unknown", f"没有名为“{key}”的台账。现有：{known}。")


def require_usable(found: LedgerTemplate) -> None:
    """Raise `UserError` (`template_fault`) for a ledger whose template cannot be used here."""
    if found.fault:
        raise UserError(
            "template_fault",
            f"台账“{found.title}”不能修改：{found.fault}。",
            effect="没有保存，数据没有改动。",
            advice="请放入正确的模板，或升级本软件。",
        )


def closed_to(office: Office) -> frozenset[str]:
    """The keys of the ledgers that this role may not open: none of their entries is listed or shown."""
    shelf = office.templates
    return frozenset(key for key in shelf if (readers := shelf.readers(key)) and office.actor.role not in readers)


def _open_to(office: Office, found: LedgerTemplate) -> bool:
    return not found.readers or office.actor.role in found.readers


def templates_of(office: Office, connection: Any, entries: Sequence[str]) -> dict[str, LedgerTemplate]:
    """The templates of ledger entries by entry; the same column key means different things in two ledgers."""
    rows = listing.rows(connection, "ledger_entry", list(dict.fromkeys(entries)), ["template"])
    return {row["id"]: office.templates[row["template"]] for row in rows if row["template"] in office.templates}


def entry_titles(office: Office, connection: Any, entries: Sequence[str]) -> dict[str, str]:
    """What people call entries: the text of the title column, of a person the name, else the number."""
    rows = listing.rows(connection, "ledger_entry", list(dict.fromkeys(entries)), ["template", "title", "number"])
    people = listing.titles(connection, "member", [r["title"] for r in rows if r["title"] and _names_people(office, r)])
    return {r["id"]: people.get(r["title"] or "") or r["title"] or r["number"] or "" for r in rows}


def _names_people(office: Office, entry: Mapping[str, Any]) -> bool:
    found = office.templates.get(entry["template"])
    if found is None:
        return False
    return any(c.name == found.title_column and c.type is FieldType.MEMBER for c in found.columns)


def seen_columns(office: Office, found: LedgerTemplate) -> tuple[LedgerColumn, ...]:
    """The columns of a ledger that this role sees."""
    return tuple(column for column in found.columns if _seen(office, column))


def seen_rows(office: Office, found: LedgerTemplate) -> tuple[RowList, ...]:
    """The lists of child rows of a ledger with the columns that this role sees; none of a list without any."""
    seen = [replace(rows, columns=tuple(c for c in rows.columns if _seen(office, c))) for rows in found.rows]
    return tuple(rows for rows in seen if rows.columns)


def seen_by(office: Office, found: LedgerTemplate) -> LedgerTemplate:
    """A ledger as this role sees it: without the columns that are not for it."""
    if not any(c.readers for c in (*found.columns, *(c for rows in found.rows for c in rows.columns))):
        return found
    return replace(found, columns=seen_columns(office, found), rows=seen_rows(office, found))


def _seen(office: Office, column: LedgerColumn) -> bool:
    return not column.readers or office.actor.role in column.readers


def refuse_typed(office: Office, values: Mapping[str, Any], key: str | None) -> None:
    """Refuse what a person may not say of a new entry: another state than the first, or a number that is taken.

    Raises `UserError`: `first_state`, `number_taken`.
    """
    found = template(office, key or str(values.get("template") or ""))
    first, state, number = found.state(found.initial), values.get("state"), values.get("number")
    if state and state not in (first.key, first.label):
        raise UserError(
            "first_state",
            f"新条目的状态是“{first.label}”，不能一建就是“{state}”。",
            effect="没有新建，数据没有改动。",
            advice="请先新建，再改状态；已经办完的旧账可以导入。",
        )
    if number and number in numbers(office, found.key):
        raise UserError(
            "number_taken",
            f"《{found.title}》已经有编号“{number}”。",
            effect="没有新建，数据没有改动。",
            advice="请换一个编号，或不写编号，由程序给出。",
        )


def new_row(office: Office, values: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """The row of a new entry from stored values: number by the ledger's rule, its first state."""
    found = template(office, key or str(values.get("template") or ""))
    require_usable(found)
    columns = {p.removeprefix("values."): v for p, v in values.items() if p.startswith("values.") and v is not None}
    missing = [c.label for c in found.columns if c.required and c.name not in columns]
    if missing:
        raise UserError("required", f"缺少“{'”“'.join(missing)}”。", effect="没有新建，数据没有改动。")
    opened = passages.typed_opening(found, columns, office.today())
    limit = passages.due_in(found.state(found.initial), opened, lambda: work_days.calendar(office))
    if limit and found.due and found.due not in columns:
        columns[found.due] = limit
    number = values.get("number") or rules.next_number(found, office.today().year, numbers(office, found.key))
    organisation = values.get("organisation") or office.scope or organisations.root_id(office)
    return {
        "template": found.key,
        "number": number,
        "organisation": organisation,
        "passages": passages.beginning(
            found,
            columns,
            found.initial,
            opened=opened,
            by=office.actor.name,
            today=office.today(),
            keys=new_ids(1),
        ),
        "values": columns | ({EDITION: found.edition} if found.edition else {}),
        ATTACHMENTS.name: {p.removeprefix(_FILES): v for p, v in values.items() if p.startswith(_FILES)},
    }


def numbers(office: Office, key: str) -> list[str]:
    """The numbers taken in one ledger, those in the bin included: a number is not given twice."""
    with office.database.read() as connection:
        taken = [
            row["number"]
            for binned in (False, True)
            for row in listing.rows(
                connection,
                "ledger_entry",
                listing.ids(connection, ListQuery("ledger_entry", template=key, binned=binned)),
                ["number"],
            )
        ]
    return [n for n in taken if n]
