"""Which unit a row belongs to: its own column, the sheet's title or name, or the unit given with the import."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import organisations

from .alike import SAME, LookAlikes
from .plan import CONFLICT, MAKE_UNIT, REFUSE_UNIT, REJECTED, ImportPlan, PlannedRow, UnitChoice

BRANCH, GROUP = "631", "小组"

KIND_ENDINGS = (
    ("党工委", "工委"),
    ("工作委员会", "工委"),
    ("工委", "工委"),
    ("大党委", "大党委"),
    ("联合党支部", "632"),
    ("联合支部", "632"),
    ("流动党员党支部", "流动"),
    ("流动党员支部", "流动"),
    ("流动党支部", "流动"),
    ("临时党支部", "临时"),
    ("临时支部", "临时"),
    ("功能型党支部", "功能"),
    ("总支部委员会", "621"),
    ("党总支部", "621"),
    ("党总支", "621"),
    ("总支部", "621"),
    ("总支", "621"),
    ("支部委员会", "631"),
    ("党支部", "631"),
    ("支部", "631"),
    ("党小组", GROUP),
    ("小组", GROUP),
    ("党委", "611"),
    ("委员会", "611"),
)
"""What the end of a name tells about the kind; the first that fits, longer ones first."""

_NUMERAL = "0-9０-９一二三四五六七八九十百东西南北中上下前后左右甲乙丙丁大小新老"
_NUMBERED = re.compile(rf"第?[{_NUMERAL}]+(?:联合)?党?(?:支部|小组|总支)")
_PLACE = re.compile(r".*(?:社区|村|公司|集团|学校|小学|中学|医院|中心|站|所|院|局|办|协会|商会|小区|网格|机关)")
_LEADING = re.compile(r".{2,40}(?:支部|总支|党委|工委|小组|委员会|社区|村)")
_QUOTED = re.compile("“([^”]+)”")
_COMPARED = 1_000  # above so many units, names are not held against each other any more


def kind_by_name(name: str) -> str | None:
    """The kind code that a unit's name ends in, or None."""
    return next((code for ending, code in KIND_ENDINGS if name.endswith(ending)), None)


def _exactness(name: str) -> int:
    """0 for a group, then branch, general branch, committee; 4 for what does not end like a unit."""
    kind = kind_by_name(name)
    return {GROUP: 0, "621": 2, "611": 3, "工委": 3, "大党委": 3, None: 4}.get(kind, 1)


def _same_unit(missing: str, written: str, name: str) -> bool:
    """Whether a known unit is what an unknown name means: as exact, and its name within the other or around it.

    Anything else is not guessed: a title and a sheet's name that speak of two branches are a matter for a person.
    """
    if _exactness(name) > _exactness(missing):
        return False
    whole = _core(missing)
    return any(_within(_core(text), whole) or _within(whole, _core(text)) for text in (written, name))


def _core(name: str) -> str:
    return re.sub("中国共产党|中共|委员会|党", "", name)


def _within(part: str, whole: str) -> bool:
    # 一支部 is no part of 十一支部.
    return bool(part) and re.search(f"(?<![0-9一二三四五六七八九十百]){re.escape(part)}", whole) is not None


def is_numbered(name: str) -> bool:
    """Whether a name is only a number (第一党小组) that many superiors have below them."""
    return _NUMBERED.fullmatch(name) is not None


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
        self._under = organisations.resolve(office, create_under) if create_under else None
        self._known: dict[tuple[str, bool], str | UserError] = {}
        self._around: dict[tuple[str, ...], str | UserError | None] = {}
        self._warned: dict[str, str] = {}
        self._decided = dict(decided or {})
        self._missing: dict[str, str] = {}
        self._doubted: set[str] = set()
        self._alike: LookAlikes | None = None
        self.plain: dict[str, str] = {}
        """Units by what was written for them, where nothing more need be asked or said."""
        nodes = organisations.tree(office)
        self.root = nodes[0].id if nodes else None
        self.names = organisations.names(office)
        self._fresh: dict[str, str] = {}
        self._parents: dict[str, str | None] = {n.id: n.parent_id for n in nodes}
        self._kinds: dict[str, str] = {n.id: n.kind for n in nodes}

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
            self._missing.setdefault(text, REFUSE_UNIT)
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
        """The group meant by a text: one of the branch's own before any other."""
        own = [i for i, parent in self._parents.items() if parent == branch and self._kinds.get(i) == GROUP]
        named = [i for i in own if self.names[i] == text] or [i for i in own if self.names[i].endswith(text)]
        if len(named) == 1:
            return named[0]
        found = self.resolve(text, create=False)
        return found if isinstance(found, str) else None

    def said_by_sheet(self, layout: SheetLayout, index: int, *, has_column: bool) -> str | UserError | None:
        """The unit that a dividing line, the title or the sheet's name speaks of, or the error why it is none.

        The unit of the whole file is taken from a title only where the sheet has no column for units: a street's
        title over the rosters of its branches says nothing about one row.
        """
        section = layout.sections.get(index)
        texts = ((section,) if section else ()) + tuple(layout.unit_names)
        if texts not in self._around:
            self._around[texts] = self._from_words(texts)
        found = self._around[texts]
        return None if found == self.root and has_column else found

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
                elif missing is None or _same_unit(missing, text, self.names[found]):
                    return found
            elif missing is None and (kind_by_name(text) or _PLACE.fullmatch(text)):
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
        decided = self._decided.get(text, MAKE_UNIT)
        if decided == MAKE_UNIT:
            return self._look_up(text, create)
        found = self._look_up(text, create=False) if decided == REFUSE_UNIT else self.resolve(decided, create=create)
        self._missing[text] = decided
        return found

    def _look_up(self, text: str, create: bool) -> str | UserError:
        try:
            return organisations.resolve(self._office, text)
        except UserError as error:
            if error.code != "org_unknown" or not create or self._under is None:
                return error
        return self._create(text, self._under)

    def _create(self, text: str, under: str) -> str:
        record, kind = new_id(), kind_by_name(text) or BRANCH
        self._plan.new_organisations.append(
            {"id": record, "name": text, "kind": kind, "parent": under, "stage": "actual"}
        )
        self._missing[text] = MAKE_UNIT
        twin = _almost(text, list(self.names.values())) if len(self.names) < _COMPARED else None
        if twin:
            self._doubted.add(text)
            self._warned[record] = f"“{text}”是新建的，与“{twin}”只差一个字，请核对是不是写错了"
        self.names[record] = self._fresh[record] = text
        self._parents[record], self._kinds[record] = under, kind
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
            found = found if isinstance(found, str) or otherwise is None else otherwise
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
            reason = error.message if written else f"标题或表名写的党组织不能用：{error.message}"
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
        for row in self._plan.rows:
            if row.out:
                named = {text for problem in row.problems for text in _QUOTED.findall(problem.reason)}
                counted.update(named & self._missing.keys())
            else:
                units = {row.values.get(name) for name in ("organisation", "group", "parent")}
                counted.update(self._fresh[str(unit)] for unit in units if unit in self._fresh)
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


def _almost(text: str, names: Sequence[str]) -> str | None:
    """A known name that differs in one character which is no number or direction."""
    for name in names:
        if len(name) != len(text) or name == text:
            continue
        different = [(a, b) for a, b in zip(name, text, strict=True) if a != b]
        if len(different) == 1 and not re.fullmatch(f"[{_NUMERAL}a-zA-Z]", different[0][0]):
            return name
    return None


def prune(plan: ImportPlan) -> None:
    """Leave out new units that no row which goes in needs."""
    if not plan.new_organisations:
        return
    standing = [row.values for row in plan.rows if row.status not in (REJECTED, CONFLICT)]
    used: set[Any] = {values.get(name) for name in ("organisation", "group", "parent") for values in standing}
    if plan.template is not None:
        used.update(v for values in standing for v in values["values"].values() if isinstance(v, str))
    plan.new_organisations = [unit for unit in plan.new_organisations if unit["id"] in used]
