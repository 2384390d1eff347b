"""Matching organisations: by code or full name; a superior may stand anywhere in the same workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.imports.unit_lines import unit_key, unit_text
from dangjian_desktop.domain.records.fields import KindSpec
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import matching
from dangjian_desktop.storage.queries.matching import KnownUnit

from .plan import PlannedRow
from .settle import settle
from .unit_kinds import is_numbered, kind_by_name
from .units import UnitFinder

_LABELS = {"name": "党组织全称", "parent": "上级组织", "kind": "类型", "code": "组织代码"}


@dataclass(eq=False, slots=True)
class _Unit:
    """A row about a unit, with its superior: another row, a known unit's id, or nothing written."""

    row: PlannedRow
    headers: Mapping[str, str]
    parent: _Unit | str | None = None
    asked: bool = False

    @property
    def above(self) -> str | None:
        return self.parent.row.record if isinstance(self.parent, _Unit) else self.parent

    def refuse(self, field: str, value: str, reason: str) -> None:
        self.row.refuse(self.headers.get(field, _LABELS[field]), value, reason)


class TreeMatcher:
    """Decides what becomes of the rows about units of one import, all sheets together."""

    def __init__(self, office: Office, finder: UnitFinder, kind: KindSpec) -> None:
        self._office, self._finder, self._kind = office, finder, kind
        with office.database.read() as connection:
            known = matching.units(connection)
        self._known: dict[str, KnownUnit] = {unit.id: unit for unit in known}
        self._by_code = {unit.code: unit.id for unit in known if unit.code}
        self._by_name: dict[str, list[str]] = {}
        for unit in known:
            self._by_name.setdefault(unit_key(unit.name), []).append(unit.id)
        self._units: list[_Unit] = []
        self._here: dict[str, list[_Unit]] = {}

    def match(self, sheets: Iterable[tuple[Sequence[PlannedRow], Mapping[str, str]]]) -> None:
        """Match the rows of all sheets; each comes with its headers by field."""
        self._units = [_Unit(row, headers) for rows, headers in sheets for row in rows]
        for unit in self._units:
            row = unit.row
            row.title = unit_text(str(row.values.get("name") or ""))
            if row.title:
                row.values["name"] = row.title
            if not row.title and not row.blamed(unit.headers.get("name", _LABELS["name"])):
                unit.refuse("name", "", "没有写党组织名称")
            for text in dict.fromkeys(str(row.values.get(k) or "") for k in ("name", "short_name", "code")):
                self._here.setdefault(text, []).append(unit)
        named = [unit for unit in self._units if unit.row.title]
        for unit in named:
            self._identify(unit)
        for unit in named:
            if unit.above:
                unit.row.values["parent"] = unit.above
        self._refuse_doubles(named)
        self._refuse_circles(named)
        self._refuse_orphans(named)
        for unit in named:
            self._complete(unit)
        standing = [unit.row for unit in named if not unit.row.out]
        self._finder.names |= {row.record: row.title for row in standing if row.record not in self._known}
        for unit in named:
            self._tell_namesakes(unit)
        settle(self._office, "organisation", standing, self._kind, self._finder, self._known)

    def _identify(self, unit: _Unit) -> None:
        """Find the unit that a row means, or give it a new id; its superior first, since that may decide it."""
        row = unit.row
        if unit.asked:
            return
        unit.asked = True
        unit.parent = self._parent(unit)
        if isinstance(unit.parent, _Unit):
            self._identify(unit.parent)
        known = self._by_code.get(str(row.values.get("code") or ""))
        named = self._by_name.get(unit_key(row.title), [])
        below = [i for i in named if unit.above and self._known[i].parent == unit.above]
        if known is not None:
            if named and known not in named:
                unit.refuse("code", str(row.values["code"]), f"这个代码已是“{self._known[known].name}”的")
        elif len(below) == 1:
            known = below[0]
        elif len(named) == 1 and not (is_numbered(row.title) and unit.above):
            known = named[0]
        elif named and not (is_numbered(row.title) and unit.above):
            unit.refuse("name", row.title, f"有{len(named)}个党组织叫“{row.title}”，请写明上级组织或组织代码")
        row.record = known or new_id()

    def _parent(self, unit: _Unit) -> _Unit | str | None:
        written = unit.row.values.pop("parent", None)
        if not written:
            return None
        if self._by_name.get(unit_key(unit.row.title)) == [self._finder.root]:
            column = unit.headers.get("parent", _LABELS["parent"])
            unit.row.warn(column, str(written), "这是本文件最上级的党组织，它的上级没有读入")
            return None
        text = str(written)
        here = self._here.get(text, [])
        if unit in here:
            unit.refuse("parent", text, "上级组织不能是它自己")
            return None
        if len(here) > 1 and is_numbered(text):
            unit.refuse("parent", text, f"表里有{len(here)}个党组织叫“{text}”，看不出是哪一个，请写组织代码")
            return None
        if here:
            return here[0]
        found = self._finder.resolve(text)
        if isinstance(found, UserError):
            unit.refuse("parent", text, found.message)
            return None
        return found

    def _refuse_doubles(self, units: Sequence[_Unit]) -> None:
        """The second row about one unit is refused; one that is only numbered is known by its superior too."""
        seen: dict[tuple[str, str], PlannedRow] = {}
        for unit in units:
            row = unit.row
            if row.out:
                continue
            below = str(unit.above or "") if is_numbered(row.title) else ""
            first = seen.setdefault((row.record, "") if row.record in self._known else (row.title, below), row)
            if first is not row:
                where = f"第{first.row}行" if first.sheet == row.sheet else f"工作表“{first.sheet}”第{first.row}行"
                unit.refuse("name", row.title, f"与{where}是同一个党组织")

    def _refuse_circles(self, units: Sequence[_Unit]) -> None:
        """Units that stand above each other are refused, every one of them."""
        above = {unit.id: unit.parent for unit in self._known.values()}
        above |= {unit.row.record: unit.above for unit in units if not unit.row.out and unit.above}
        above[self._finder.root or ""] = None
        circles = []
        for unit in units:
            at, steps = above.get(unit.row.record), 0
            while at is not None and at != unit.row.record and steps <= len(above):
                at, steps = above.get(at), steps + 1
            if at == unit.row.record and not unit.row.out:
                circles.append(unit)
        for unit in circles:
            parent = unit.parent
            name = parent.row.title if isinstance(parent, _Unit) else self._finder.names.get(parent or "", "")
            unit.refuse("parent", name, "上级组织互相隶属，成了一个圈，请核对")

    def _refuse_orphans(self, units: Sequence[_Unit]) -> None:
        """A unit whose new superior stays out stays out too, and so on downwards."""
        changed = True
        while changed:
            changed = False
            for unit in units:
                parent = unit.parent
                if unit.row.out or not isinstance(parent, _Unit) or not parent.row.out:
                    continue
                if parent.row.record not in self._known:
                    where = f"第{parent.row.row}行" if parent.row.sheet == unit.row.sheet else f"“{parent.row.sheet}”"
                    unit.refuse("parent", parent.row.title, f"上级组织“{parent.row.title}”（{where}）没有导入")
                    changed = True

    def _complete(self, unit: _Unit) -> None:
        """What a new unit needs, and what the unit of the whole file cannot have."""
        row, allowed = unit.row, self._office.actor.scope
        if row.out:
            return
        if row.record == self._finder.root:
            row.values.pop("parent", None)
        known = self._known.get(row.record)
        if known is None:
            row.values.setdefault("parent", self._finder.scope or self._finder.root)
            row.values["kind"] = row.values.get("kind") or kind_by_name(row.title)
            if row.values["kind"] is None:
                unit.refuse("kind", "", "没有写类型，从名称也看不出是党委、党总支还是党支部")
        # The unit of work asks for the superior's permission, or the unit's own where it has none.
        asked = known.parent or known.id if known else row.values["parent"]
        if allowed is not None and asked not in allowed and not row.out:
            unit.refuse("parent", "", "不在您的账户管理的党组织范围内，请让上级党组织的账户导入")

    def _tell_namesakes(self, unit: _Unit) -> None:
        """A new unit that is called like another one goes in, for two communities may have a 第一党支部 each."""
        row = unit.row
        if row.out or row.record in self._known:
            return
        above = {other: self._known[other].parent for other in self._by_name.get(unit_key(row.title), ())}
        above = {other: parent for other, parent in above.items() if self._finder.standing(other)}
        for other in self._here.get(row.title, ()):
            if other.row.title == row.title and not other.row.out and other is not unit:
                above[other.row.record] = other.row.values.get("parent")
        if not above:
            return
        places = [self._finder.names.get(parent or "", "") for parent in above.values()]
        told = "、".join(name for name in dict.fromkeys(places) if name)
        where = f"（上级：{told}）" if told else ""
        reason = f"另有同名的党组织{where}，按新的收下；以后分不清，全称里请写明社区或单位"
        row.warn(unit.headers.get("name", _LABELS["name"]), row.title, reason)
