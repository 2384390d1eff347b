"""Members of one organisation at a time: who they are, how they joined, came and went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from dangjian_desktop.domain.values.partial_dates import add_months

from . import words
from .careers import Careers, pool
from .names import IdNumbers, Ids, Names
from .street import YEAR, Branch, Row, first_day

_DAYS_18 = 6575
_NO_PROBATION = (date(1969, 4, 1).toordinal(), date(1977, 8, 31).toordinal())
"""Between these days people were admitted without a probationary period."""

_MINORITY, _UNGROUPED = 0.03, 0.03
_AGES = {"office": (42, 9), "unit": (46, 11), "two_new": (38, 9), "community": (58, 15), "village": (58, 14)}
"""Mean and spread of age by class of organisation."""

_WOMEN = {"office": 0.30, "unit": 0.28, "two_new": 0.30, "community": 0.30, "village": 0.20}
NORMAL, FRAIL, MOBILE, LOST = range(4)
"""How a member takes part in meetings."""

_OUT_OF_CONTACT = 0.016
_WORK_CATEGORY = {"农牧渔业生产人员": "C6", "其他农牧渔民": "C6", "乡村医生": "C6", "个体工商户中的从业人员": "C4"}
_NO_WORK_CATEGORY = {"其他无业人员", "企业破产后未重新就业的人员", "外出务工经商人员"}


@dataclass(slots=True, eq=False)
class DemoPerson:
    """What meetings, posts and ledgers need of a member; days are ordinals, `last` is the last day of the stay."""

    id: str
    name: str
    age: int
    full: bool
    female: bool
    first: int
    last: int
    joined: int
    confirmed: int
    group: int = -1
    habit: int = NORMAL
    needs_care: str = ""


@dataclass(slots=True)
class Stay:
    """How a stay in the organisation begins and ends; on the day `ended` the member belongs to it no more."""

    first: int
    in_kind: str
    ended: int | None = None
    out_kind: str | None = None
    away: str | None = None
    note: str | None = None


@dataclass(slots=True)
class _Party:
    """A member's way into the Party; texts are partial dates."""

    joined: int
    joined_on: str
    confirmed: int
    confirmed_on: str | None
    confirmation: str | None = None
    extended_to: str | None = None


@dataclass(slots=True)
class Household:
    """The members of one organisation: rows to store and persons to meet; `passed_on` moves to the next one."""

    rows: list[Row] = field(default_factory=list)
    persons: list[DemoPerson] = field(default_factory=list)
    passed_on: tuple[Row, DemoPerson] | None = None

    def standing(self, day: int) -> list[DemoPerson]:
        """Those who belong to the organisation on that day."""
        return [p for p in self.persons if p.first <= day <= p.last]


FOREVER = date.max.toordinal()


class Members:
    """Makes members; everything it draws comes from one seeded generator."""

    def __init__(
        self, random: Random, ids: Ids, names: Names, on: date, base_date: date, places: Sequence[str]
    ) -> None:
        self._random = random
        self._ids = ids
        self._names = names
        self._numbers = IdNumbers()
        self._careers = Careers(random, places)
        self._on = on.toordinal()
        self._base = base_date.toordinal()
        self._since = first_day(on, base_date).toordinal()
        self._fifty_years_ago = f"{on.year - 50}-07-01"
        self._doc = 0
        self._removed = 0
        self._prolonged = True
        self._ethnic = pool(words.ETHNIC)

    def household(
        self, branch: Branch, assemblies: Sequence[int], arriving: tuple[Row, DemoPerson] | None
    ) -> Household:
        """All members of an organisation, those gone in the year included."""
        made = Household()
        if arriving:
            self._arrive(branch, made, *arriving)
        for stay, joined in self._stays(branch, assemblies, branch.size - len(made.persons)):
            row, person = self._member(branch, stay, joined, assemblies)
            made.rows.append(row)
            made.persons.append(person)
        if branch.quota("passed_on"):
            day = self._day_between(self._since + 20, self._on - 20)
            stay = Stay(self._base, "opening", day, "move", note="街道内转接")
            made.passed_on = self._member(branch, stay, None, ())
            made.persons.append(made.passed_on[1])
        return made

    def _stays(self, branch: Branch, assemblies: Sequence[int], standing: int) -> Iterator[tuple[Stay, int | None]]:
        """Every stay with the day of joining where that is in the past year (None: earlier)."""
        for _ in range(branch.probationary):
            joined, standing = self._admission_day(assemblies), standing - 1
            if self._prolonged:
                # One member whose probation was prolonged, so that the case can be seen.
                self._prolonged = False
                joined = self._on - 365 - self._random.randint(30, 150)
            yield self._from_joining(joined), joined
        for _ in range(branch.quota("moved_in")):
            standing -= 1
            yield self._away(Stay(self._day_in_year(), "I5", note=self._random.choice(words.MOVED_REASONS))), None
        for _ in range(branch.quota("restored")):
            standing -= 1
            yield Stay(self._day_in_year(), "I4", note="停止党籍后重新联系上，经批准恢复"), None
        for _ in range(standing):
            yield Stay(self._base, "opening"), None
        for _ in range(branch.quota("joined_left")):
            joined = self._admission_day(assemblies)
            stay = self._from_joining(joined)
            stay.ended, stay.out_kind = self._day_between(max(joined, self._since) + 2, self._on - 1), "O4"
            yield self._away(stay), joined
        for event, kind in (("moved_out", "O4"), ("died", "O3"), ("removed", ""), ("suspended", "O2")):
            for _ in range(branch.quota(event)):
                yield self._leaving(kind), None

    def _leaving(self, kind: str) -> Stay:
        stay = Stay(self._base, "opening", self._day_in_year(), kind)
        if kind == "O4":
            stay.note = self._random.choice(words.MOVED_REASONS)
            return self._away(stay)
        if kind == "O2":
            stay.note = "失去联系六个月以上，查找未果"
        elif not kind:
            self._removed += 1
            stay.out_kind, stay.note = words.REMOVED[self._removed % len(words.REMOVED)]
        return stay

    def _from_joining(self, joined: int) -> Stay:
        if joined <= self._base:
            return Stay(self._base, "opening")
        return Stay(joined, "I1")

    def _away(self, stay: Stay) -> Stay:
        stay.away = self._random.choice(words.CITIES) + self._random.choice(words.AWAY_UNITS)
        return stay

    def _arrive(self, branch: Branch, made: Household, row: Row, person: DemoPerson) -> None:
        """Somebody who moved here from the organisation before."""
        person = DemoPerson(
            person.id,
            person.name,
            person.age,
            person.full,
            person.female,
            person.last + 1,
            FOREVER,
            person.joined,
            person.confirmed,
            self._group(branch),
            person.habit,
        )
        stay = Stay(person.first, "move", note="街道内转接")
        row["memberships"][self._ids.new()] = self._membership(branch, stay, person.group)
        made.rows.append(row)
        made.persons.append(person)

    def _member(
        self, branch: Branch, stay: Stay, joined: int | None, assemblies: Sequence[int]
    ) -> tuple[Row, DemoPerson]:
        random = self._random.random
        female = random() < _WOMEN[branch.profile]
        birth = self._birth(branch, stay, joined)
        party = self._party(birth, joined, stay, assemblies)
        if party.joined > self._base and stay.in_kind == "opening":
            stay.first, stay.in_kind = party.joined, "I1"
        number, birth = self._numbers.take(birth, female)
        ethnic = "01" if random() >= _MINORITY else self._careers.pick(self._ethnic)
        year = date.fromordinal(birth).year
        age = int((self._on - birth) / YEAR)
        person = DemoPerson(
            self._ids.new(),
            self._names.member(female, year, ethnic),
            age,
            party.confirmed_on is not None,
            female,
            stay.first,
            stay.ended - 1 if stay.ended else FOREVER,
            party.joined,
            party.confirmed,
            self._group(branch),
        )
        row: Row = {
            "id": person.id,
            "name": person.name,
            "sex": "2" if female else "1",
            "id_number": number,
            "birth_on": date.fromordinal(birth).isoformat(),
            "ethnic_group": ethnic,
            "native_place": self._random.choice(words.NATIVE_PLACES),
        }
        self._careers.study(row, branch, birth, age)
        self._joining(row, branch, party, year)
        retired = self._careers.employment(row, branch, birth, age, female)
        self._careers.contact(row, branch, age)
        row["memberships"] = {self._ids.new(): self._membership(branch, stay, person.group)}
        row["categories"] = self._categories(branch, row, person, retired, stay)
        return row, person

    def _birth(self, branch: Branch, stay: Stay, joined: int | None) -> int:
        random = self._random
        if joined is not None:
            return joined - int(random.triangular(20, 46, 27) * YEAR)
        mean, spread = _AGES[branch.profile]
        if stay.out_kind == "O3":
            mean, spread = 79, 7
        elif stay.in_kind == "I5" or stay.out_kind == "O4":
            mean, spread = 36, 9
        age = min(max(random.gauss(mean, spread), 22), 99 if branch.village else 78)
        if age > 92 and random.random() < 0.7:
            age -= 14
        if not branch.village and age > 64:
            age -= 20
        return self._on - int(age * YEAR)

    def _party(self, birth: int, joined: int | None, stay: Stay, assemblies: Sequence[int]) -> _Party:
        random = self._random.random
        if joined is not None:
            text = date.fromordinal(joined).isoformat()
            if self._on - joined > 366:
                return _Party(joined, text, FOREVER, None, "延长预备期", _months_later(text, 18))
            return _Party(joined, text, FOREVER, None)
        if assemblies and stay.in_kind == "opening" and random() < 0.036 and self._on - birth < 55 * YEAR:
            confirmed = self._random.choice(assemblies)
            before = add_months(date.fromordinal(confirmed), -12).toordinal()
            # A meeting on 29 February has no day a year earlier to have been admitted on.
            if before - birth > _DAYS_18 and add_months(date.fromordinal(before), 12).toordinal() == confirmed:
                texts = date.fromordinal(before).isoformat(), date.fromordinal(confirmed).isoformat()
                return _Party(before, texts[0], confirmed, texts[1], "按期转正")
        earliest = birth + _DAYS_18 + 30
        latest = max(min(self._on - 760, self._base - 31), earliest + 1)
        day = earliest + int((min(latest, earliest + 10000) - earliest) * random() ** 1.3)
        return self._long_ago(day)

    def _long_ago(self, day: int) -> _Party:
        """Joining dates of long standing: the older, the less exactly they are known."""
        random = self._random.random
        text = date.fromordinal(day).isoformat()
        if (text < "1985" and random() < 0.35) or random() < 0.01:
            text = text[:7] if text > "1968" or random() < 0.8 else text[:4]
        if _NO_PROBATION[0] <= day <= _NO_PROBATION[1]:
            return _Party(day, text, day, text, "入党时无预备期")
        months, how = 12, "按期转正"
        if random() < 0.01 and day < self._on - 1500:
            months, how = 18, "延长预备期后转正"
        confirmed = _months_later(text, months)
        extended = confirmed if months == 18 else None
        # Only admissions of the past year are matched with the meeting that confirmed them.
        exact = date.fromisoformat(confirmed).toordinal() if len(confirmed) == 10 else day
        return _Party(day, text, exact, confirmed, how, extended)

    def _joining(self, row: Row, branch: Branch, party: _Party, year: int) -> None:
        random = self._random.random
        row["member_class"] = "1" if party.confirmed_on else "2"
        row["admission_type"] = "新吸收"
        row["joined_on"] = party.joined_on
        for key, value in (
            ("confirmed_on", party.confirmed_on),
            ("confirmation", party.confirmation),
            ("extended_to", party.extended_to),
        ):
            if value:
                row[key] = value
        here = party.joined > self._since or random() < 0.55
        away = (
            f"{words.CITIES[int(random() * len(words.CITIES))]}{words.OLD_FIRMS[int(random() * len(words.OLD_FIRMS))]}"
        )
        row["branch_at_joining"] = branch.name if here else away + "党支部"
        person = self._names.person
        row["sponsors"] = f"{person(False, year - 15)}、{person(random() < 0.4, year - 12)}"

    def _categories(self, branch: Branch, row: Row, person: DemoPerson, retired: bool, stay: Stay) -> Row:
        """Several classes at once, each with its own days and reason."""
        random, choice = self._random.random, self._random.choice
        found: Row = {}
        until = self._day_in_year()

        def put(category: str, reason: str | None = None, *, over: bool = False) -> None:
            ended = until if over and stay.first < until < self._on and stay.ended is None else stay.ended
            value = {"category": category, "from_on": date.fromordinal(stay.first).isoformat()}
            if ended is not None:
                value["to_on"] = date.fromordinal(ended).isoformat()
            if reason:
                value["reason"] = reason
            found[category] = value

        work = row["occupation"]
        if work not in _NO_WORK_CATEGORY:
            put(_WORK_CATEGORY.get(work, "C2" if retired else "C1"))
        draw = random()
        if stay.out_kind == "O2" or draw < _OUT_OF_CONTACT and stay.in_kind != "I4":
            person.habit = LOST
            put("F2", choice(words.LOST))
        elif work == "外出务工经商人员" and draw < 0.5 or draw < 0.03:
            person.habit = MOBILE
            put("F1", choice(words.MOBILE), over=random() < 0.08)
        if person.age >= 80 and person.habit == NORMAL and random() < 0.45:
            person.habit = FRAIL
            put("F5", "行动不便，送学上门")
        if row.get("confirmed_on", "9") <= self._fifty_years_ago:
            person.needs_care = "老党员"
            put("F9", "党龄满五十年")
            put("F4")
        if branch.village:
            self._village_categories(put, person, retired or work == "社区工作人员")
        return found

    def _village_categories(self, put: Callable[..., None], person: DemoPerson, busy: bool) -> None:
        random, choice = self._random.random, self._random.choice
        if not busy and random() < 0.35:
            put("F6", "未担任职务")
        if random() < (0.08 if person.age > 60 else 0.03):
            person.needs_care = "困难"
            put("F3", choice(words.HARDSHIP), over=random() < 0.1)
        if person.habit == NORMAL and 30 < person.age < 75 and random() < 0.06:
            put("C3", choice(words.KEY_HOUSEHOLD))

    def _membership(self, branch: Branch, stay: Stay, group: int) -> Row:
        value: Row = {
            "organisation": branch.id,
            "from_on": date.fromordinal(stay.first).isoformat(),
            "in_kind": stay.in_kind,
        }
        if group >= 0:
            value["group"] = branch.groups[group]
        if stay.ended is not None:
            value["to_on"] = date.fromordinal(stay.ended).isoformat()
            value["out_kind"] = stay.out_kind
        if stay.away:
            self._doc += 1
            value["destination" if stay.ended is not None else "counterpart"] = stay.away
            value["doc_no"] = f"{date.fromordinal(stay.ended or stay.first).year}{self._doc:05d}"
        if stay.note:
            value["note"] = stay.note
        return value

    def _group(self, branch: Branch) -> int:
        if not branch.groups or self._random.random() < _UNGROUPED:
            return -1
        return int(self._random.random() * len(branch.groups))

    def _admission_day(self, assemblies: Sequence[int]) -> int:
        return self._random.choice(assemblies) if assemblies else self._on - 1 - int(self._random.random() * 360)

    def _day_in_year(self) -> int:
        return self._day_between(self._since + 1, self._on - 1)

    def _day_between(self, first: int, last: int) -> int:
        return first + int(self._random.random() * max(1, last - first + 1))


def _months_later(text: str, months: int) -> str:
    """A partial date moved by whole months; a year-only date moves by whole years."""
    if len(text) == 4:
        return str(int(text) + -(-months // 12))
    total = int(text[:4]) * 12 + int(text[5:7]) - 1 + months
    moved = f"{total // 12}-{total % 12 + 1:02d}"
    if len(text) == 7:
        return moved
    return add_months(date.fromisoformat(text), months).isoformat()
