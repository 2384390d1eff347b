"""Which unit a row belongs to: its own column, the sheet's title or name, or the unit given with the import."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.imports.unit_lines import unit_key, unit_rank, unit_text
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.exchange.excel.layout import Section, SheetLayout
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations

from .alike import SAME, LookAlikes
from .plan import CONFLICT, MAKE_UNIT, REFUSE_UNIT, REJECTED, ImportPlan, PlannedRow, UnitChoice
from .unit_kinds import BRANCH, GROUP, PLACE, almost, is_numbered, kind_by_name, same_unit

_LEADING = re.compile(r".{2,40}(?:支部|总支|党委|工委|小组|委员会|社区|村)")
_QUOTED = re.compile("“([^”]+)”")
_COMPARED = 1_000  # above so many units, names are not held against each other any more


class UnitFinder:
    """Resolves unit names of one import, remembering answers; makes missing ones below a unit where asked."""

    def __init__(
        self,
        office: Office,
        plan: ImportPlan,
        *,
        scope: str | None,
        create_under: str | None,
        decided: Mapping[str, str] | None = None,
    ) -> None:
        if create_under:
            office.actor.require(WRITE, "organisation")
        self._office = office
        self._plan = plan
        self.scope = organisations.resolve(office, scope) if scope else None
        if self.scope is not None:
            office.actor.require_unit(self.scope)
        self._under = organisations.resolve(office, create_under) if create_under else None
        self._known: dict[tuple[str, bool], str | UserError] = {}
        self._around: dict[tuple[str, ...], str | UserError | None] = {}
        self._warned: dict[str, str] = {}
        self._sections: dict[tuple[Section, tuple[str, ...]], str | UserError] = {}
        self._children: dict[tuple[str, str], str] = {}
        self._decided = {unit_text(name): unit for name, unit in (decided or {}).items()}
        self._missing: dict[str, str] = {}
        self._doubted: set[str] = set()
        self._alike: LookAlikes | None = None
        self.plain: dict[str, str] = {}
        """Units by what was written for them, where nothing more need be asked or said."""
        nodes = organisations.whole_tree(office)
        self.root = nodes[0].id if nodes else None
        self.names = organisations.names(office)
        self._fresh: dict[str, str] = {}
        self._parents: dict[str, str | None] = {n.id: n.parent_id for n in nodes}
        self._kinds: dict[str, str] = {n.id: n.kind for n in nodes}
        self._by_key: dict[str, list[str]] = {}
        for unit in self._kinds:
            self._by_key.setdefault(unit_key(self.names[unit]), []).append(unit)

    def resolve(self, text: str, *, create: bool = True) -> str | UserError:
        """The id of a unit by what was written, or the error that says why not."""
        asked, create = create, create and self._under is not None
        found = self._known.get((text, create))
        if found is None:
            found = self._decide(text, create)
            self._known[text, create] = found
            if isinstance(found, str):
                self._known[text, not create] = found
        if asked and isinstance(found, UserError) and found.code == "org_unknown":
            self._missing.setdefault(unit_text(text), REFUSE_UNIT)
        return found

    def fresh_names(self) -> dict[str, str]:
        """Names of the units that this import makes."""
        return self._fresh

    def standing(self, unit: str) -> bool:
        """Whether a unit is in force today (or is made by this import)."""
        return unit in self._kinds

    def is_group(self, unit: str) -> bool:
        """Whether a unit is a group below a branch, which no member belongs to alone."""
        return self._kinds.get(unit) == GROUP

    def parent(self, unit: str) -> str | None:
        """The unit above."""
        return self._parents.get(unit)

    def is_superior(self, unit: str | None, of: str | None) -> bool:
        """Whether `unit` is `of` or stands above it."""
        seen: set[str] = set()
        while of is not None and of not in seen:
            if of == unit:
                return True
            seen.add(of)
            of = self._parents.get(of)
        return False

    def group_of(self, text: str, branch: str | None) -> str | None:
        """The group meant by a text, one of the branch's own; of any branch only where the branch is not known."""
        own = [i for i, parent in self._parents.items() if parent == branch and self._kinds.get(i) == GROUP]
        key = unit_key(text)
        named = [i for i in own if unit_key(self.names[i]) == key] or [i for i in own if self.names[i].endswith(text)]
        if len(named) == 1:
            return named[0]
        found = self.resolve(text, create=False)
        return found if isinstance(found, str) and (branch is None or self.parent(found) == branch) else None

    def said_by_sheet(self, layout: SheetLayout, index: int, *, has_column: bool) -> str | UserError | None:
        """The unit that a dividing line, the title or the sheet's name speaks of, or the error why it is none.

        A dividing line decides alone: where it is not understood or not found, the title says nothing any more. The
        unit of the whole file is taken from a title only where the sheet has no column for units: a street's title
        over the rosters of its branches says nothing about one row.
        """
        section, texts = layout.sections.get(index), tuple(layout.unit_names)
        found: str | UserError | None
        if section is not None:
            found = self._sections.get((section, texts))
            if found is None:
                found = self._sections[section, texts] = self._of_section(section, texts)
        else:
            if texts not in self._around:
                self._around[texts] = self._from_words(texts)
            found = self._around[texts]
        return None if found == self.root and has_column else found

    def _of_section(self, section: Section, titles: Sequence[str]) -> str | UserError:
        """The unit of a dividing line, looked for below the lines and the title above it first."""
        line = f"上面第{section.row}行“{section.text[:40]}”"
        if section.doubtful:
            return UserError("unit_unclear", f"{line}没有看懂，可能是另一个党组织，看不出这一行属于哪个党组织")
        *uppers, last = section.names
        superior: str | UserError | None = None
        for name in uppers:
            superior = self._child(name, superior if isinstance(superior, str) else None)
        if superior is None:
            superior = self._from_words(titles) if unit_rank(last) == 0 else self._standing_title(titles)
            if superior is None and self.scope and unit_rank(self.names[self.scope]) > unit_rank(last):
                superior = self.scope
        if not isinstance(superior, str) and (unit_rank(last) == 0 or (superior and is_numbered(last))):
            told = superior.message if superior else "看不出是哪个党支部的"
            return UserError("unit_unclear", f"{line}写的党组织不能用：{told}")
        found = self._child(last, superior if isinstance(superior, str) else None)
        if isinstance(found, UserError):
            return UserError(found.code, f"{line}写的党组织不能用：{found.message}")
        return found

    def _standing_title(self, titles: Sequence[str]) -> str | None:
        """The unit above branches that a title names, if there is one."""
        found = (self.resolve(text, create=False) for text in titles)
        units = [unit for unit in found if isinstance(unit, str) and unit != self.root]
        return next((unit for unit in units if unit_rank(self.names[unit]) > 1), None)

    def _child(self, name: str, superior: str | None) -> str | UserError:
        """The unit of a name below another; a mere number (第一党支部) is never one of another superior."""
        if superior in (None, self.root) or unit_text(name) in self._decided:
            return self.resolve(name)
        assert superior is not None
        place = (superior, unit_key(name))
        if place in self._children:
            return self._children[place]
        own = {unit_key(name), unit_key(self.names[superior] + name)}
        fitting = [unit for key in own for unit in self._by_key.get(key, ()) if self.is_superior(superior, unit)]
        fitting = [unit for unit in dict.fromkeys(fitting) if unit != superior]
        if len(fitting) == 1:
            self._children[place] = fitting[0]
            return fitting[0]
        if fitting or not (is_numbered(name) or unit_rank(name) == 0):
            return self.resolve(name)
        if self._under is None:
            self._missing.setdefault(unit_text(name), REFUSE_UNIT)
            return UserError("org_unknown", f"没有找到党组织“{name}”，“{self.names[superior]}”下面没有它。")
        self._children[place] = self._create(unit_text(name), superior)
        return self._children[place]

    def _from_words(self, texts: Sequence[str]) -> str | UserError | None:
        """The first of the texts that is a unit; one that should be a unit and is not bars all but its own name."""
        missing: str | None = None
        error: UserError | None = None
        root: str | None = None
        for text in texts:
            found = self._leading(text)
            if isinstance(found, str):
                if found == self.root:
                    root = found
                elif missing is None or same_unit(missing, text, self.names[found]):
                    return found
            elif missing is None and (kind_by_name(text) or PLACE.fullmatch(text)):
                missing = text
            else:
                error = error or found
        return self.resolve(missing) if missing else root or error

    def _leading(self, text: str) -> str | UserError:
        """The unit that a text names or begins with: what follows it is the matter of the table."""
        found = self.resolve(text, create=False)
        if isinstance(found, UserError) and (leading := _LEADING.match(text)):
            shorter = self.resolve(leading[0], create=False)
            found = shorter if isinstance(shorter, str) else found
        return found

    def _decide(self, text: str, create: bool) -> str | UserError:
        """What the person decided about a name, else what is found for it."""
        name = unit_text(text)
        decided = self._decided.get(name, MAKE_UNIT)
        if decided == MAKE_UNIT:
            return self._look_up(text, create)
        found = self._look_up(text, create=False) if decided == REFUSE_UNIT else self.resolve(decided, create=create)
        self._missing[name] = decided
        return found

    def _look_up(self, text: str, create: bool) -> str | UserError:
        """The one road from a title, a line, a sheet's name or a cell to a unit."""
        name = unit_text(text)
        told: UserError | None = None
        for written in dict.fromkeys((text, name)):
            try:
                return organisations.resolve(self._office, written)
            except UserError as error:
                told = error
                if error.code != "org_unknown":
                    return error
        assert told is not None
        alike = self._by_key.get(unit_key(name), ())
        if len(alike) == 1:
            return alike[0]
        if alike:
            names = "、".join(f"“{self.names[unit]}”" for unit in alike[:3])
            return UserError("org_ambiguous", f"“{name}”对应不止一个党组织：{names}。", advice="请写全称或组织代码。")
        return self._create(name, self._under) if create and self._under is not None else told

    def _create(self, text: str, under: str) -> str:
        record, kind = new_id(), kind_by_name(text) or BRANCH
        self._plan.new_organisations.append(
            {"id": record, "name": text, "kind": kind, "parent": under, "stage": "actual"}
        )
        self._missing[text] = MAKE_UNIT
        twin = almost(text, list(self.names.values())) if len(self.names) < _COMPARED else None
        if twin:
            self._doubted.add(text)
            self._warned[record] = f"“{text}”是新建的，与“{twin}”只差一个字，请核对是不是写错了"
        self.names[record] = self._fresh[record] = text
        self._parents[record], self._kinds[record] = under, kind
        self._by_key.setdefault(unit_key(text), []).append(record)
        return record

    def check(self, row: PlannedRow, column: str, unit: str, written: str = "") -> None:
        """Say what is doubtful about a row's unit; refuse the row where this account may not write there."""
        actor = self._office.actor
        if actor.scope is not None and unit not in actor.scope:
            row.refuse(column, self.names.get(unit, ""), "不在您的账户管理的党组织范围内，请让上级党组织的账户导入")
        elif unit in self._warned:
            row.warn(column, self.names[unit], self._warned.pop(unit))
        elif not self.standing(unit):
            row.warn(column, self.names.get(unit, ""), "这个党组织已经撤销，请核对")
        elif written and not self.is_group(unit):
            self.plain[written] = unit

    def named(self, layout: SheetLayout, index: int, *, has_column: bool) -> str | UserError | None:
        """The unit of a row whose own cell names none: what the sheet says, else the one given with the import.

        The given one also wins over a superior of its own: a street's title over one branch's roster.
        """
        found = self.said_by_sheet(layout, index, has_column=has_column)
        if self.scope is None or (isinstance(found, str) and not self.is_superior(found, self.scope)):
            return found
        if isinstance(found, UserError):
            if index in layout.sections:
                return found
            reason = f"标题或表名写的党组织不能用，按指定的“{self.names[self.scope]}”导入：{found.message}"
            if not any(note.sheet == layout.sheet.name and note.reason == reason for note in self._plan.notes):
                self._plan.note(layout.sheet.name, layout.header_row, "", reason)
        return self.scope

    def place(
        self, row: PlannedRow, column: str, layout: SheetLayout, index: int, *, otherwise: str | None = None
    ) -> str | None:
        """The unit of a row, or None after refusing the row with the reason; `otherwise` where nothing names one."""
        written = row.values.pop("organisation", None)
        found: str | UserError | None
        if written:
            found = self.resolve(str(written))
        else:
            found = self.named(layout, index, has_column=bool(column))
            if otherwise is not None and not isinstance(found, str) and index not in layout.sections:
                found = otherwise
        if isinstance(found, str):
            self.check(row, column or "党组织", found)
            row.values["organisation"] = found
            return found
        self.refuse(row, column, str(written or ""), found)
        return None

    @staticmethod
    def refuse(row: PlannedRow, column: str, written: str, error: UserError | None) -> None:
        """Refuse a row for want of its unit."""
        reason = "没有写明党组织，请补上，或在导入时指定党组织"
        if error is not None:
            said = written or error.message.startswith("上面第")
            reason = error.message if said else f"标题或表名写的党组织不能用：{error.message}"
        row.refuse(column or "党组织", written, reason)

    def choices(self) -> list[UnitChoice]:
        """The units that were named and are not there, those that may be written otherwise first; after `prune`."""
        if not self._missing:
            return []
        made = {str(unit["name"]) for unit in self._plan.new_organisations}
        counted, found = self._counted(), []
        for text, chosen in self._missing.items():
            rows = counted[text] if chosen in (MAKE_UNIT, REFUSE_UNIT) else 0
            if chosen == MAKE_UNIT and text not in made or chosen == REFUSE_UNIT and not rows:
                continue
            offered = self._offered(text)
            same = bool(offered) and (offered[0][1] >= SAME or text in self._doubted)
            shown = [self._shown(unit) for unit, _ in offered]
            meant = self.resolve(chosen, create=False) if chosen not in (MAKE_UNIT, REFUSE_UNIT) else None
            if isinstance(meant, str) and chosen not in [key for key, _, _ in shown]:
                shown.append((chosen, *self._shown(meant)[1:]))
            found.append(UnitChoice(text, chosen, rows, tuple(shown), same))
        return sorted(found, key=lambda choice: (not choice.same, not choice.offered))

    def _counted(self) -> Counter[str]:
        """Rows by the missing unit that they name, whether it is made for them or they stay out for want of it."""
        counted: Counter[str] = Counter()
        alone: dict[Any, int] = defaultdict(int)
        for row in self._plan.rows:
            if row.out:
                named = {text for problem in row.problems for text in _QUOTED.findall(problem.reason)}
                counted.update(named & self._missing.keys())
                continue
            values = row.values
            if "group" not in values and "parent" not in values:
                # Nearly every row of a roster: counted by its one unit, of which there are few.
                alone[values.get("organisation")] += 1
                continue
            units = {values.get(name) for name in ("organisation", "group", "parent")}
            counted.update(self._fresh[str(unit)] for unit in units if unit in self._fresh)
        for unit, rows in alone.items():
            if unit in self._fresh:
                counted[self._fresh[str(unit)]] += rows
        return counted

    def _offered(self, text: str) -> list[tuple[str, float]]:
        if self._alike is None:
            above = {unit: self.names.get(parent or "", "") for unit, parent in self._parents.items()}
            self._alike = LookAlikes({unit: name for unit, name in self.names.items() if unit in self._kinds}, above)
        return [(unit, how) for unit, how in self._alike.find(text) if self.names[unit] != text]

    def _shown(self, unit: str) -> tuple[str, str, str]:
        # A unit that this import makes gets another id next time, so it is known by its name.
        name = self.names[unit]
        return (name if unit in self._fresh else unit, name, self.names.get(self._parents.get(unit) or "", ""))


def prune(plan: ImportPlan) -> None:
    """Leave out new units that no row which goes in needs."""
    if not plan.new_organisations:
        return
    standing = [row.values for row in plan.rows if row.status not in (REJECTED, CONFLICT)]
    used: set[Any] = {values.get(name) for name in ("organisation", "group", "parent") for values in standing}
    if plan.template is not None:
        used.update(v for values in standing for v in values["values"].values() if isinstance(v, str))
    above = {unit["id"]: unit["parent"] for unit in plan.new_organisations}
    for unit in [unit for unit in above if unit in used]:
        while (unit := above.get(unit)) in above:
            used.add(unit)
    plan.new_organisations = [unit for unit in plan.new_organisations if unit["id"] in used]
