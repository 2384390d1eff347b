"""Entries of the three ledgers in every state, a few of them overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from dangjian_desktop.domain.ledgers import passages
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate, number_for

from . import matters
from .names import Ids, Names, Places, phone
from .people import FOREVER, DemoPerson
from .street import Branch, Row, StreetTree, first_day

BASE_ENTRIES = {"rectification": 120, "unit-registration": 55, "care-visits": 125}
"""Entries at the base size; 55 units is the number that the first seed document names."""

_MOST = 50
"""Scale beyond which no more entries are made, so that memory stays bounded."""

_INSPECTION = 38
"""Problems that came from inspections of the whole street: 28 common and 5 particular ones, and 5 more."""

_ONE_LATE_IN = 4
"""Of the matters still open, one in so many is past its due date."""


@dataclass(frozen=True, slots=True)
class Cared:
    """A member whom a care visit may be about."""

    id: str
    organisation: str
    first: int
    needs: str
    giver: str


class Entries:
    """Collects whom visits may be about while members are made, then writes all entries."""

    def __init__(
        self, random: Random, ids: Ids, names: Names, on: date, base_date: date, templates: Mapping[str, LedgerTemplate]
    ) -> None:
        self._random = random
        self._ids = ids
        self._names = names
        self._on = on
        self._first = first_day(on, base_date)
        self._templates = templates
        self._cared: list[Cared] = []
        self._open = 0

    def collect(self, branch: Branch, persons: Sequence[DemoPerson], most: int) -> None:
        """Remember those of an organisation whom the street looks after, up to `most` in all."""
        for person in persons:
            if person.needs_care and person.last == FOREVER and len(self._cared) < most:
                giver = self._random.choice(branch.leaders)
                self._cared.append(Cared(person.id, branch.id, person.first, person.needs_care, giver))

    def all(self, tree: StreetTree, scale: float, leaders: Sequence[str]) -> Iterator[Row]:
        """All entries, ledger by ledger in order of date and number."""
        makers: dict[str, Callable[[int], tuple[date, Row]]] = {
            "rectification": lambda i: self._rectification(i, tree, leaders),
            "unit-registration": lambda i: self._registration(i, hosts),
            "care-visits": self._visit,
        }
        places = Places(self._random)
        hosts = [b for b in tree.branches if b.village]
        for key, make in makers.items():
            wanted = round(BASE_ENTRIES[key] * min(scale, _MOST))
            if key == "care-visits" and not self._cared:
                continue
            self._open = 0
            made = sorted((make(i) for i in range(max(6, wanted))), key=lambda pair: pair[0])
            serials: dict[int, int] = {}
            for begun, row in made:
                serials[begun.year] = serials.get(begun.year, 0) + 1
                row["number"] = number_for(self._templates[key], begun.year, serials[begun.year])
                row["template"] = key
                row["passages"] = self._passages(self._templates[key], row.pop("state"), begun, row["values"])
                if key == "unit-registration":
                    row["values"] |= self._unit(places)
                yield row

    def _row(self, organisation: str, state: str, values: Mapping[str, Any]) -> Row:
        given = {key: value for key, value in values.items() if value is not None}
        given |= {key: value.isoformat() for key, value in given.items() if isinstance(value, date)}
        return {"id": self._ids.new(), "organisation": organisation, "state": state, "values": given}

    def _passages(
        self, template: LedgerTemplate, state: str, begun: date, values: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """How the entry came to its state: opened, worked on, settled on the day that its columns name."""
        due = values.get(template.due or "")
        if state == "reopened":
            again = passages.passage(state, values["look_back_on"], due=due, reason="回头看发现反弹")
            before = self._passages(template, "looked_back", begun, values)
            return {**before, self._ids.new(): again}
        if state == "looked_back":
            looked = passages.passage(state, values["look_back_on"], due=due)
            return {**self._passages(template, "closed", begun, values), self._ids.new(): looked}
        keys = (self._ids.new(), self._ids.new())
        return passages.beginning(template, values, state, opened=begun.isoformat(), by="", today=self._on, keys=keys)

    def _begun(self) -> date:
        return self._first + timedelta(days=int(self._random.random() * max(1, (self._on - self._first).days)))

    def _due(self, begun: date, least: int, most: int, open_: bool) -> date:
        """A due date after the beginning; for open matters mostly still ahead, every fourth of them past."""
        due = begun + timedelta(days=self._random.randint(least, most))
        if not open_:
            return due
        self._open += 1
        if self._open % _ONE_LATE_IN == 2:
            return max(begun, self._on - timedelta(days=self._random.randint(3, 60)))
        return max(due, self._on + timedelta(days=self._random.randint(2, 60)))

    def _state(self, number: int, states: tuple[tuple[str, ...], tuple[int, ...]]) -> str:
        """Each state once, then by weight."""
        return states[0][number] if number < len(states[0]) else self._random.choices(*states)[0]

    def _done(self, begun: date, due: date) -> date:
        done = due + timedelta(days=self._random.choice((-40, -25, -12, -6, -3, -1, 0, 0, 4, 11)))
        return min(max(done, begun), self._on)

    def _rectification(self, number: int, tree: StreetTree, leaders: Sequence[str]) -> tuple[date, Row]:
        random = self._random
        street = number < _INSPECTION
        branch = random.choice(tree.branches)
        matter = matters.RECTIFICATION[number % len(matters.RECTIFICATION)]
        owner = random.choice(leaders[3:] or leaders) if street else branch.leaders[0]
        begun = self._begun()
        state = self._state(number, matters.RECTIFICATION_STATES)
        settled = state in ("closed", "looked_back", "reopened")
        due = self._due(begun, 45, 150, not settled)
        if settled:
            due = min(due, self._on + timedelta(days=10))
        values: dict[str, Any] = {
            "source": ("巡视" if number < 33 else "巡察")
            if street
            else random.choice(("自查", "述职评议", "主题教育")),
            "nature": "个性" if 28 <= number < 33 or not street else "共性",
            "found_on": begun,
            "problem": matter.problem if street else f"{branch.place}：{matter.problem}",
            "problem_kind": matter.kind,
            "lead": leaders[0] if street else random.choice(leaders),
            "office": random.choice(matters.OFFICES),
            "due_on": due,
        }
        if state != "drafting":
            middle = begun + (due - begun) / 2
            values |= {
                "owner": owner,
                "measures": matter.measures,
                "milestones": f"{middle.month}月底前完成排查，{due.month}月{due.day}日前全部完成",
                "progress": random.choice(matters.PROGRESS),
            }
        if state == "awaiting" or settled:
            acceptor = random.choice([name for name in leaders if name != owner] or ["党建办验收组"])
            values |= {"evidence": matter.evidence, "applicant": owner}
            if settled:
                closed = self._done(begun, due)
                values |= {"acceptor": acceptor, "opinion": "整改到位，佐证齐全，同意销号", "closed_on": closed}
        if state in ("looked_back", "reopened"):
            again = min(values["closed_on"] + timedelta(days=60), self._on)
            values |= {"look_back_on": again, "look_back": "反弹" if state == "reopened" else "未反弹"}
        return begun, self._row(tree.root if street else branch.id, state, values)

    def _registration(self, number: int, hosts: Sequence[Branch]) -> tuple[date, Row]:
        random = self._random
        state = self._state(number, matters.REGISTRATION_STATES)
        begun = self._begun()
        due = self._due(begun, 10, 45, state == "expected")
        registered = self._done(begun, due)
        values: dict[str, Any] = {
            "party_lead": self._names.person(False, 1972),
            "liaison": self._names.person(random.random() < 0.5, 1988),
            "liaison_phone": phone(random),
            "due_on": due,
        }
        if state in ("registered", "serving", "reviewed"):
            values |= {"registered_on": registered, "members_sent": random.randint(8, 130)}
        if state in ("serving", "reviewed"):
            values |= {
                "agreement": True,
                "agreement_on": min(registered + timedelta(days=12), self._on),
                "project": random.choice(matters.PROJECTS),
                "service_times": random.randint(1, 18),
                "service_hours": random.randint(6, 260),
            }
        if state == "reviewed":
            values |= {
                "grade": random.choice(("好", "好", "较好", "一般")),
                "reviewed_on": min(registered + timedelta(days=100), self._on),
            }
        if state == "withdrawn":
            values["reason"] = "单位搬迁出辖区"
        return begun, self._row(random.choice(hosts).id, state, values)

    def _unit(self, places: Places) -> Row:
        name, kind = self._random.choice(matters.UNITS)
        return {"unit": places.take(matters.UNIT_PLACES, (name,)), "unit_kind": kind}

    def _visit(self, number: int) -> tuple[date, Row]:
        random = self._random
        cared = random.choice(self._cared)
        begun = max(self._begun(), date.fromordinal(cared.first))
        state = self._state(number, matters.VISIT_STATES)
        due = self._due(begun, 5, 40, state == "planned")
        visited = self._done(begun, due)
        values: dict[str, Any] = {
            "member": cared.id,
            "due_on": due,
            "occasion": random.choice(matters.OCCASIONS[due.month]),
        }
        if state in ("visited", "received"):
            kind = random.choice(("慰问金", "慰问金", "慰问品", "上门看望"))
            values |= {"consent": True, "visited_on": visited, "kind": kind, "giver": cared.giver}
            if kind == "慰问金":
                values["amount"] = random.choice((30000, 50000, 50000, 100000))
            if kind == "慰问品":
                values["item"] = random.choice(("米10公斤、油5升", "棉被一床", "牛奶两箱", "《老党员之友》一年"))
        if state == "received":
            values |= {"receipt": random.choice(("本人签收", "本人签收", "家属代签")), "received_on": visited}
        if state == "cancelled":
            values["reason"] = random.choice(("本人婉拒", "外出探亲，改期另行登记"))
        return begun, self._row(cared.organisation, state, values)
