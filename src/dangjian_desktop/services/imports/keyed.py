"""Matching posts and meetings: by what makes each of them one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.domain.records.fields import KindSpec
from dangjian_desktop.domain.rules.registry import BACKWARDS
from dangjian_desktop.domain.values.masking import mask_id, mask_numbers
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import listing, matching, people

from .plan import PlannedRow
from .settle import settle
from .units import UnitFinder

Key = tuple[Any, ...]


class KeyedMatcher:
    """Decides what becomes of each row about a post or a meeting; remembers rows over all sheets of one import."""

    def __init__(self, office: Office, finder: UnitFinder, kind: KindSpec) -> None:
        self._office, self._finder, self._kind = office, finder, kind
        self._seen: dict[Key, PlannedRow] = {}
        self._taken: set[str] = set()

    def match_posts(self, layout: SheetLayout, rows: Sequence[PlannedRow]) -> None:
        """Posts by unit, holder, post and first day; holders are members by ID number or by a name that is unique."""
        headers = _headers(layout)
        for row, index in zip(rows, layout.data, strict=True):
            if not row.values.get("post"):
                refuse_missing(row, headers, "post", "职务")
            self._finder.place(row, headers.get("organisation", ""), layout, index)
            self._place_holder(row, headers)
        self._settle("post", rows, ("organisation", "member", "person_name", "post"), "from_on")

    def match_meetings(self, layout: SheetLayout, rows: Sequence[PlannedRow]) -> None:
        """Meetings by unit, group, kind and the moment they began."""
        headers = _headers(layout)
        for row, index in zip(rows, layout.data, strict=True):
            row.title = str(row.values.get("title") or "")
            for name, label in (("meeting_kind", "会议类型"), ("started_at", "开始时间")):
                if not row.values.get(name):
                    refuse_missing(row, headers, name, label)
            group = row.values.pop("group", None)
            unit = self._finder.place(row, headers.get("organisation", ""), layout, index)
            if unit and self._finder.is_group(unit):
                row.values["organisation"], row.values["group"] = self._finder.parent(unit), unit
            if group:
                self._place_group(row, str(group), headers)
            row.values["entered_on"] = self._office.today().isoformat()
        self._settle("meeting", rows, ("organisation", "group", "meeting_kind"), "started_at")

    def _place_group(self, row: PlannedRow, text: str, headers: Mapping[str, str]) -> None:
        found = self._finder.group_of(text, row.values.get("organisation"))
        if found:
            row.values["group"] = found
        else:
            row.warn(headers.get("group", "党小组"), text, f"没有找到党小组“{text}”，这一项没有读入")

    def _place_holder(self, row: PlannedRow, headers: Mapping[str, str]) -> None:
        written = row.values.pop("member", None)
        row.title = shown_name(written or row.values.get("person_name") or "")
        column = headers.get("member", "党员")
        if not written:
            if not row.values.get("person_name"):
                row.refuse(column, "", "没有写是谁任职")
            return
        found = find_member(self._office, str(written), row.values.get("organisation"), self._finder)
        if isinstance(found, str):
            row.values["member"] = found
        elif not found:
            reason = f"名册里没有“{shown_name(written)}”；不是本街道党员的请填在“姓名（非本街道党员）”列"
            row.refuse(column, shown_name(written), reason)
        else:
            row.refuse(column, shown_name(written), several(found, written))

    def _settle(self, kind_name: str, rows: Sequence[PlannedRow], key: tuple[str, ...], when: str) -> None:
        with self._office.database.read() as connection:
            known: dict[Key, list[tuple[str, Any]]] = {}
            for record, values in matching.by_key(connection, kind_name, (*key, when)):
                known.setdefault(values[:-1], []).append((record, values[-1]))
        for row in rows:
            if row.out:
                continue
            if BACKWARDS[kind_name](row.values):
                row.refuse("", row.title, "结束早于开始，请核对起止")
                continue
            place = tuple(row.values.get(k) for k in key)
            moment = row.values.get(when)
            first = self._seen.setdefault((*place, moment), row)
            if first is not row:
                where = f"第{first.row}行" if first.sheet == row.sheet else f"工作表“{first.sheet}”第{first.row}行"
                row.refuse("", row.title, f"与{where}重复")
                continue
            row.record = self._same(known.get(place, []), moment) or ""
            self._taken.add(row.record)
        settle(self._office, kind_name, rows, self._kind, self._finder, {r for ids in known.values() for r, _ in ids})

    def _same(self, known: Sequence[tuple[str, str | None]], moment: str | None) -> str | None:
        """The record of that very moment, else the only one whose time is the same as far as both are known."""
        free = [(record, at) for record, at in known if record not in self._taken]
        exact = [record for record, at in free if at == moment]
        close = [
            record for record, at in free if not at or not moment or at.startswith(moment) or moment.startswith(at)
        ]
        return exact[0] if exact else close[0] if len(close) == 1 else None


def find_member(office: Office, text: str, unit: str | None, finder: UnitFinder) -> str | int:
    """The id of the member meant by an ID number or a name, or how many it could be; the unit's own come first.

    A name is looked for only among those whom this account sees.
    """
    with office.database.read() as connection:
        found = people.candidates(connection, text, office.actor.scope)
        if len(found) > 1 and unit:
            units = {
                r["id"]: r["organisation"] for r in listing.rows(connection, "member", _ids(found), ["organisation"])
            }
            own = [f for f in found if units.get(f[0]) == unit]
            found = own or [f for f in found if finder.is_superior(unit, units.get(f[0]))] or found
    return found[0][0] if len(found) == 1 else len(found)


def _ids(found: Sequence[tuple[str, str]]) -> list[str]:
    return [record for record, _ in found]


def shown_name(text: object) -> str:
    """What was written for a person, an ID number masked."""
    shown = str(text)
    return mask_id(shown) if shown[:1].isdecimal() else mask_numbers(shown)


def several(number: int, text: object) -> str:
    """Why a person is not known by what was written: a name that several have, or a number entered twice."""
    if str(text)[:1].isdecimal():
        return f"有{number}名党员的公民身份号码都是“{shown_name(text)}”，请先核对名册"
    return f"有{number}名党员叫“{shown_name(text)}”，请改填公民身份号码"


def refuse_missing(row: PlannedRow, headers: Mapping[str, str], name: str, label: str) -> None:
    """Refuse a row that leaves a required field empty, unless its cell was already refused."""
    column = headers.get(name, label)
    if not row.blamed(column):
        row.refuse(column, "", f"没有填“{label}”")


def _headers(layout: SheetLayout) -> dict[str, str]:
    return {name: header for header, name in layout.columns.items() if name}
