"""Members: where they stay, what their own record says, whose number is whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_ids
from dangjian_desktop.domain.records import members as rules
from dangjian_desktop.domain.records import stays as stay_rules
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.derive import chunks
from dangjian_desktop.storage.queries import guarding, listing, people
from dangjian_desktop.storage.shape import BINNED
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from .. import members
from ..printing import CATEGORY_JOINER
from ..stays import STAYS, require_possible
from .base import CHANGING, MakeRows, Policy, Row, refuse_group_for_branch, refuse_informal_home


class MemberPolicy(Policy):
    """A Party member."""

    kind = "member"
    own_roads: ClassVar[Mapping[str, str]] = {
        "organisation": "换支部请用“调整支部”，离开请用“转出、离开”（在打开的这一条的“更多”里）。",
        "categories": "请按回车打开这一条，在“党员分类”页里改。",
        "left_on": "请用“转出、离开”办理（在打开的这一条的“更多”里）。",
        "left_kind": "请用“转出、离开”办理（在打开的这一条的“更多”里）。",
        "left_to": "请用“转出、离开”办理（在打开的这一条的“更多”里）。",
    }

    def form_values(self, row: Row) -> dict[str, Any]:
        """The set of classifications and its derived summary share a name; a form shows the summary."""
        held = (c["category"] for c in row["categories"].values() if not c.get("to_on"))
        return dict(row) | {"categories": CATEGORY_JOINER.join(dict.fromkeys(held))}

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """A new member with the first stay; nobody is counted by default: what is not said is asked for."""
        office.actor.require_unit(values["organisation"])
        with office.database.read() as connection:
            refuse_same_number(office, values, connection)
        return members.creation(office, members.typed_in(office, values), first_of_unit=False)

    def imported(self, office: Office, connection: Any, besides: str | None) -> MakeRows:
        """New members with their first stays; who is in the first roster of a unit was there when the file began."""
        seasoned, today = people.units_with_history(connection, besides=besides), office.today()

        def made(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
            return [
                members.creation(
                    office, row, first_of_unit=row["organisation"] not in seasoned, stay_key=stay_key, on=today
                )
                for row, stay_key in zip(rows, new_ids(len(rows)), strict=True)
            ]

        return made

    def edits(self, current: Row, values: Row, since: str, *, named: bool = False) -> dict[str, Any]:
        """Fields of the stay and classifications go to their sets."""
        return members.edits(current, values, since, named=named)

    def settle(self, office: Office, work: UnitOfWork) -> None:
        """Refuse a number twice and stays that cannot be; the posts of who leaves end with the stay."""
        if work.nature == "import" and work.created(self.kind):
            _refuse_dissolved(guarding.entered_dissolved(work.connection, work.operation))
        moved, new = work.moved(self.kind), work.created(self.kind) if work.nature == "edit" else ()
        asked = [*new, *(record for record, paths in moved.items() if _matters(paths))]
        # An undo may bring back 100,000 people: piece by piece, and with few questions for each.
        for piece in chunks(asked):
            _settle_some(office, work, piece, moved)


_EVERYTHING = {"id_number", "member_class", BINNED}


def _open_unit(row: Row) -> str | None:
    unit: str | None = row[STAYS].get(stay_rules.open_key(row[STAYS]) or "", {}).get("organisation")
    return unit


def _settle_some(office: Office, work: UnitOfWork, asked: Sequence[str], moved: Mapping[str, set[str]]) -> None:
    away = set(guarding.binned(work.connection, "member", asked))
    staying = {record for record in asked if _stays_moved(moved.get(record, set()))}
    rows = work.read("member", [record for record in asked if record not in away or record in staying])
    standing = {record: row for record, row in rows.items() if record not in away}
    told = {record: moved.get(record, _EVERYTHING) for record in standing}
    numbered = {record: row for record, row in standing.items() if told[record] & {"id_number", BINNED}}
    _refuse_same_numbers(office, work, numbered)
    held = [
        row for record, row in standing.items() if told[record] & {"member_class", BINNED} or _stays_moved(told[record])
    ]
    _refuse_stays(work, held)
    if work.nature in CHANGING:
        entered = [row for record, row in rows.items() if _stays_moved(moved.get(record, {f"{STAYS}."}))]
        refuse_group_for_branch(work, map(_open_unit, entered), field="所在党支部", group_field="所在党小组")
        if work.nature == "edit":
            # A roster is taken as it is: its rows are reviewed one by one.
            refuse_informal_home(office, work, map(_open_unit, entered))
        _end_posts(work, {record: row for record, row in rows.items() if record in staying})


def _matters(paths: set[str]) -> bool:
    return bool(paths & _EVERYTHING) or _stays_moved(paths)


def _stays_moved(paths: set[str]) -> bool:
    return any(path.startswith(f"{STAYS}.") for path in paths)


def _refuse_stays(work: UnitOfWork, rows: Sequence[Row]) -> None:
    """Refuse stays that overlap or run backwards, in a unit that has ended, and a way out that was not his."""
    lasts = [_last_stay(row[STAYS]) for row in rows]
    units = {unit for stay in lasts for unit in _units_of(stay)}
    ended = guarding.dissolved(work.connection, units) if units else {}
    for row, stay in zip(rows, lasts, strict=True):
        _refuse_stay(row, stay, [ended[unit] for unit in _units_of(stay) if unit in ended])


def _last_stay(held: Mapping[str, Row]) -> Row:
    return held.get(stay_rules.open_key(held) or stay_rules.last_key(held) or "", {})


def _units_of(stay: Row) -> list[str]:
    return [unit for unit in (stay.get("organisation"), stay.get("group")) if unit]


def _refuse_stay(row: Row, stay: Row, ended: Sequence[tuple[str, str]]) -> None:
    require_possible(row[STAYS].values())
    if stay.get("out_kind") == stay_rules.PROBATION_CANCELLED and row["member_class"] != rules.PROBATIONARY:
        raise UserError(
            "not_probationary",
            f"“{row['name']}”不是预备党员，不能登记取消预备党员资格。",
            effect="没有保存，数据没有改动。",
            advice="请改选离开类型；人员类别写错了的，请先改正。",
        )
    for name, day in ended:
        if not stay.get("to_on") or last_day(stay["to_on"]) > last_day(day):
            _refuse_dissolved((name, day))


def _refuse_dissolved(unit: tuple[str, str] | None) -> None:
    if unit is not None:
        raise UserError(
            "dissolved",
            f"“{unit[0]}”已于{unit[1]}撤销，不能再有党员。",
            effect="没有保存，数据没有改动。",
            advice="请改选别的党支部，或者先改正撤销日期。",
        )


def _end_posts(work: UnitOfWork, rows: Mapping[str, Row]) -> None:
    """Who leaves holds no post any more, and who moves none in the branch that was left; undone with the leaving."""
    held = guarding.open_posts(work.connection, list(rows)) if rows else []
    ends: dict[str, dict[str, Any]] = {}
    for post in held:
        stays = rows[post.member][STAYS]
        last = stays.get(stay_rules.last_key({k: s for k, s in stays.items() if s.get("to_on")}) or "")
        if last is None:
            continue
        gone = stay_rules.open_key(stays) is None
        if gone or (post.organisation == last.get("organisation") and last.get("out_kind") == stay_rules.MOVE):
            ends[post.id] = {"to_on": max(last["to_on"], post.from_on or "")}
    if ends:
        work.follow("post", ends)


def _refuse_same_numbers(office: Office, work: UnitOfWork, rows: Mapping[str, Row]) -> None:
    numbers = [row["id_number"] for row in rows.values() if row["id_number"]]
    found = people.by_id_numbers(work.connection, numbers) if numbers else {}
    for record, row in rows.items():
        if any(other != record for other in found.get(row["id_number"], ())):
            refuse_same_number(office, row, work.connection, record)


def refuse_same_number(office: Office, values: Row, connection: Any, own: str | None = None) -> None:
    """Raise `UserError` (`duplicate_id`) for an ID number that another member has, as `connection` sees it."""
    number = values.get("id_number")
    if not number:
        return
    same = people.by_id_numbers(connection, [number]).get(number, [])
    rows_of_same = listing.rows(connection, "member", [i for i in same if i != own], ["name", "organisation"])
    if rows_of_same:
        first = rows_of_same[0]
        seen = office.actor.scope is None or first["organisation"] in office.actor.scope
        whose = f"已有党员“{first['name']}”" if seen else "别的党组织的一名党员"
        raise UserError(
            "duplicate_id",
            f"公民身份号码与{whose}相同。",
            effect="没有保存，数据没有改动。",
            advice="请核对号码；转入的党员请让上级党组织办理。" if not seen else "请核对号码，或打开这名党员修改。",
        )
