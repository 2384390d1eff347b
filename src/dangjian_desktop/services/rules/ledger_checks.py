"""What the checks of ledgers say, ledger by ledger: each is read once, however many checks it has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from dangjian_desktop.base.collecting import uncollected
from dangjian_desktop.domain.ledgers.checks.catalogue import made
from dangjian_desktop.domain.ledgers.checks.running import Ledger, findings_of, open_only
from dangjian_desktop.domain.ledgers.checks.spec import Group, MadeCheck, SeenEntry
from dangjian_desktop.domain.ledgers.clearing import columns_due
from dangjian_desktop.domain.ledgers.faults import FaultError
from dangjian_desktop.domain.ledgers.guard.texts import TextGuard
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.own_templates import shipped_templates
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.domain.values.working_days import WorkCalendar
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office import work_days
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import ledger_checks as queries
from dangjian_desktop.storage.queries import ledger_templates as ledger_queries
from dangjian_desktop.storage.queries import listing

from . import book as books

LEDGER, NO_PERSONS, CLEAR_DUE = "LEDGER", "NO_PERSONS", "CLEAR_DUE"
_SECRETARY = "书记"
_BRANCHES = frozenset({"631", "632"})
_COMMUNITY_KINDS = frozenset({"611", "621", "631", "632"})
_COMMUNITY_FIELDS = frozenset({"village", "community", "rural"})
_FEW = 2_000
"""Up to so many entries a form asks also for what is said only of all entries together."""


def every(office: Office, scope: str | None = None, codes: Collection[str] | None = None) -> list[Finding]:
    """All that is said of the entries of a scope: deadlines, and the checks of every ledger this account may open."""
    # Half a million entries are nothing that could be garbage before the end.
    with uncollected():
        return list(_every(office, scope, codes))


def _every(office: Office, scope: str | None, codes: Collection[str] | None) -> Iterator[Finding]:
    ask = Ask(books.book(office), office.today())
    within = organisations.listed_within(office, scope)
    street = FileStreet(office, within.units if within.group is None else frozenset({within.group}))
    plain = []
    for template in _kept(office):
        checks = _asked(office, template, codes)
        guarded = _guarded(ledger_templates.seen_by(office, template)) if codes is None or NO_PERSONS in codes else []
        clearing = (codes is None or CLEAR_DUE in codes) and any(c.clear_after is not None for c in template.columns)
        if not checks and not guarded and not clearing:
            plain.append(template)
            continue
        rows = street.read(template, open_only=not guarded and not clearing and open_only(checks))
        yield from _persons(template, guarded, rows, ask, street)
        if clearing:
            yield from _to_clear(template, rows, ask)
        yield from findings_of(Ledger(template, checks, rows, street.names), ask, street)
        if codes is None or LEDGER in codes:
            yield from _deadlines(template, rows, ask, street)
    if codes is None or LEDGER in codes:
        yield from _plain_deadlines(plain, ask, street)


def _kept(office: Office) -> list[LedgerTemplate]:
    """The ledgers that the office keeps: its own ones, and the shipped ones that have an entry.

    Sixty shipped ledgers that nobody uses would ask every branch for what no one ever asked it.
    """
    shelf, shipped = office.templates, shipped_templates()
    with office.database.read() as connection:
        used = ledger_queries.with_entries(connection, shelf.keys())
    closed = ledger_templates.closed_to(office)
    # A template that nobody uses is not even read.
    kept = [shelf[key] for key in shelf if key not in closed and (key in used or shelf.is_own(key))]
    return [t for t in kept if t.key in used or shipped.get(t.key) != t]


def of_entries(office: Office, ids: Sequence[str], codes: Collection[str] | None = None) -> Iterator[Finding]:
    """What is said of some entries, as in a list of the whole file.

    Of a ledger with very many entries what only all of them together tell is left to the list.
    """
    ask = Ask(books.book(office), office.today())
    street, wanted = FileStreet(office, organisations.reach(office)), set(ids)
    with office.database.read() as connection:
        keys = {row["template"] for row in listing.rows(connection, "ledger_entry", list(ids), ["template"])}
    for template in ledger_templates.templates(office):
        if template.key not in keys:
            continue
        rows = street.read(template)
        chosen = [row for row in rows if row.id in wanted]
        checks = _asked(office, template, codes)
        alone = [check for check in checks if check.entry is not None]
        among = [check for check in checks if check.ledger is not None] if len(rows) <= _FEW else []
        yield from findings_of(Ledger(template, alone, chosen, street.names), ask, street)
        for finding in findings_of(Ledger(template, among, rows, street.names), ask, street):
            if finding.kind == "ledger_entry" and not wanted.isdisjoint(finding.records):
                yield finding
        if codes is None or NO_PERSONS in codes:
            yield from _persons(template, _guarded(ledger_templates.seen_by(office, template)), chosen, ask, street)
        if codes is None or LEDGER in codes:
            yield from _deadlines(template, chosen, ask, street)


def _asked(office: Office, template: LedgerTemplate, codes: Collection[str] | None) -> list[MadeCheck]:
    """The checks of a ledger that this role may hear: what looks at a column that is not for it is left out."""
    found = [c for c in books.checks_for(office, template.key) if codes is None or c.rule.code in codes]
    seen = ledger_templates.seen_by(office, template)
    if seen is template:
        return found
    able = []
    for check in found:
        with suppress(FaultError):
            able.append(made(seen, check.spec))
    return able


def _guarded(template: LedgerTemplate) -> list[tuple[str, str, str]]:
    """The columns that are declared free of persons: list of child rows (or nothing), key and label."""
    columns = [("", c.name, c.label) for c in template.columns if c.persons is False]
    return columns + [(f"{r.name}.", c.name, c.label) for r in template.rows for c in r.columns if c.persons is False]


def _persons(
    template: LedgerTemplate,
    guarded: Sequence[tuple[str, str, str]],
    rows: Sequence[SeenEntry],
    ask: Ask,
    street: FileStreet,
) -> Iterator[Finding]:
    """Numbers and names of people in columns that are declared free of them."""
    for row in rows if guarded else ():
        for head, key, label in guarded:
            for text in _texts(row.values, head, key):
                what = "、".join(street.guard.found(text))
                if what:
                    subject = f"{template.title} {row.number}"
                    yield ask.say(NO_PERSONS, {"id": row.id}, key, subject=subject, column=label, what=what)


def _to_clear(template: LedgerTemplate, rows: Sequence[SeenEntry], ask: Ask) -> Iterator[Finding]:
    """Settled entries that still hold what was to be cleared by now."""
    for row in rows:
        due = columns_due(template, row, ask.day)
        if due:
            named, subject = "、".join(column.label for column in due), f"{template.title} {row.number}"
            yield ask.say(CLEAR_DUE, {"id": row.id}, due[0].name, subject=subject, columns=named)


def _texts(values: Mapping[str, Any], head: str, key: str) -> Iterator[str]:
    kept = [values] if not head else [row for name, row in values.items() if name.startswith(head)]
    for each in kept:
        text = each.get(key)
        if isinstance(text, str) and text:
            yield text


def _plain_deadlines(templates: Sequence[LedgerTemplate], ask: Ask, street: FileStreet) -> Iterator[Finding]:
    """Deadlines of ledgers without checks: only what is due soon is read at all."""
    dated = {template.key: template for template in templates if template.due}
    if not dated:
        return
    leads = (*ask.book[LEDGER].lead_days, *(day for template in dated.values() for day in template.lead_days))
    horizon = ask.day + timedelta(days=max(leads, default=0) + 1)
    for key, rows in street.due(dated, horizon).items():
        yield from _deadlines(dated[key], rows, ask, street)


def _deadlines(template: LedgerTemplate, rows: Sequence[SeenEntry], ask: Ask, street: FileStreet) -> Iterator[Finding]:
    """Entries whose day is near or past while they are still open."""
    if not template.due:
        return
    terminal = {state.key for state in template.states if state.terminal}
    horizon = (ask.day + timedelta(days=max((*ask.book[LEDGER].lead_days, *template.lead_days), default=0))).isoformat()
    for row in rows:
        if not row.due or row.due > horizon or row.state in terminal:
            continue
        said = ask.due(LEDGER, {"id": row.id}, row.due, template.due, lead_days=template.lead_days or None)
        if said:
            told = f"{template.title} {row.number}：{street.title(template, row)}"
            unit = street.names.get(row.unit, "")
            yield replace(said, subject=told, detail=f"{said.detail}　{unit}".rstrip("　"))


class FileStreet:
    """The rest of the file as checks may ask for it, within some organisations (None: all); read when first asked."""

    def __init__(self, office: Office, within: frozenset[str] | None) -> None:
        self._office, self._within = office, within
        self._groups: dict[str, Group | None] = {}
        self._rows: dict[str, Sequence[SeenEntry] | None] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._people: dict[str, str] | None = None
        self._guard: TextGuard | None = None
        self.names: Mapping[str, str] = organisations.names(office)

    @property
    def calendar(self) -> WorkCalendar:
        """The holidays of this file."""
        return work_days.calendar(self._office)

    def read(self, template: LedgerTemplate, *, open_only: bool = False) -> Sequence[SeenEntry]:
        """The entries of a ledger, called as people call them."""
        with self._office.database.read() as connection:
            rows = queries.entries(connection, template.key, open_only=open_only, within=self._within)
        return self._named(template, rows)

    def due(self, templates: Mapping[str, LedgerTemplate], horizon: Any) -> dict[str, Sequence[SeenEntry]]:
        """By ledger the entries that are due before a day."""
        with self._office.database.read() as connection:
            found = queries.due(connection, templates, horizon, self._within)
        return {key: self._named(templates[key], rows) for key, rows in found.items()}

    def _named(self, template: LedgerTemplate, rows: list[SeenEntry]) -> Sequence[SeenEntry]:
        if template.column(template.title_column).type not in (FieldType.MEMBER, FieldType.ORGANISATION):
            return rows
        if len(rows) > _FEW or self._people is not None:
            return [row._replace(title=self.shown(row.title)) for row in rows]
        # For a few titles the names of everybody need not be read.
        with self._office.database.read() as connection:
            people = queries.member_names(connection, {row.title for row in rows} - self.names.keys())
        return [row._replace(title=self.names.get(row.title) or people.get(row.title, row.title)) for row in rows]

    def title(self, template: LedgerTemplate, row: SeenEntry) -> str:  # noqa: ARG002
        """What people call an entry; a number in it is masked."""
        return mask_numbers(row.title)

    def rows(self, ledger: str) -> Sequence[SeenEntry] | None:
        """The entries of another ledger that this account may open."""
        if ledger not in self._rows:
            found = next((t for t in ledger_templates.templates(self._office) if t.key == ledger), None)
            self._rows[ledger] = self.read(found) if found else None
        return self._rows[ledger]

    def above(self, unit: str) -> Sequence[str]:
        """An organisation and all above it."""
        if not self._above:
            parents = {node.id: node.parent_id for node in organisations.whole_tree(self._office)}
            for node in parents:
                self._above[node] = tuple(_chain(parents, node))
        return self._above.get(unit, (unit,))

    def figure(self, key: str) -> Fraction | None:
        """Members and organisations of the scope; other figures are made of more than checks may ask for."""
        group = self.group({"members": "member", "organisations": "organisation", "branches": "branch"}.get(key, ""))
        return None if group is None else Fraction(len(group.names))

    def shown(self, value: Any) -> str:
        """An organisation or a person by name, anything else as it is."""
        text = str(value)
        return self.names.get(text) or self.people.get(text, text)

    @property
    def people(self) -> Mapping[str, str]:
        """Every member's name by id."""
        if self._people is None:
            with self._office.database.read() as connection:
                self._people = queries.member_names(connection)
        return self._people

    @property
    def guard(self) -> TextGuard:
        """Knows the names of the street's people."""
        if self._guard is None:
            self._guard = TextGuard(frozenset(self.people.values()))
        return self._guard

    def group(self, name: str) -> Group | None:
        """Everybody of a group within the scope; None for one that nobody knows."""
        if name not in self._groups:
            self._groups[name] = self._find(name)
        return self._groups[name]

    def _find(self, name: str) -> Group | None:
        word, _, rest = name.partition(":")
        match word:
            case "organisation":
                return self._units(lambda _id, _kind: True)
            case "branch":
                return self._units(lambda _id, kind: kind in _BRANCHES)
            case "kind":
                return self._units(lambda _id, kind: kind == rest)
            case "community":
                return self._communities()
            case "member" | "category":
                return self._members(rest or None)
            case "secretary" | "post":
                return self._holders(rest or _SECRETARY)
            case "secretary@unit":
                held = self._held(_SECRETARY)
                return Group("organisation", {one.unit: f"{self.names.get(one.unit, '')} {one.name}" for one in held})
            case "ledger":
                rows = self.rows(rest)
                if rows is not None:
                    open_ones = (row for row in rows if row.settled is None)
                    return Group("ledger_entry", {row.id: row.title or row.number for row in open_ones})
        return None

    def _units(self, wanted: Any) -> Group:
        nodes = organisations.whole_tree(self._office)
        return Group(
            "organisation",
            {
                node.id: node.name
                for node in nodes
                if node.stage != "planned" and self._reaches(node.id) and wanted(node.id, node.kind)
            },
        )

    def _communities(self) -> Group:
        """The uppermost organisations whose own field is village or community."""
        with self._office.database.read() as connection:
            fields = queries.fields(connection)

        def is_one(unit: str, kind: str) -> bool:
            local = [fields.get(each) in _COMMUNITY_FIELDS for each in self.above(unit)]
            return kind in _COMMUNITY_KINDS and local[0] and not any(local[1:])

        return self._units(is_one)

    def _reaches(self, unit: str) -> bool:
        return self._within is None or unit in self._within

    def _members(self, category: str | None) -> Group:
        wanted = None
        if category is not None:
            code = self._office.codes.code_of("category", category)
            wanted = {category, *filter(None, (code, self._office.codes.name("category", code) if code else None))}
        with self._office.database.read() as connection:
            found = queries.members(connection, self._office.today(), wanted)
        return Group("member", {one.member: one.name for one in found if one.member and self._reaches(one.unit)})

    def _held(self, post: str) -> list[queries.PostHolder]:
        with self._office.database.read() as connection:
            return [one for one in queries.holders(connection, post, self._office.today()) if self._reaches(one.unit)]

    def _holders(self, post: str) -> Group:
        """Who is no member here goes by the name, as a column of texts would name him."""
        return Group("member", {one.member or one.name: one.name for one in self._held(post)})


def _chain(parents: Mapping[str, str | None], node: str) -> Iterator[str]:
    seen: set[str] = set()
    current: str | None = node
    while current is not None and current not in seen:
        seen.add(current)
        yield current
        current = parents.get(current)
