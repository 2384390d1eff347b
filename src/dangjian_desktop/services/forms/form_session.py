"""A form open on the screen: what can be pointed at, what each cell would hold now, and what its labels suggest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.forms.form_editing import still_open
from dangjian_desktop.domain.forms.form_looks import SheetLook, displayed
from dangjian_desktop.domain.forms.form_mapping import LEDGER, NAME, NUMBER, ORGANISATIONS, ROSTER, UNITS, FormMapping
from dangjian_desktop.domain.forms.form_period import STARTS, TIMES
from dangjian_desktop.domain.forms.form_sheets import Place, address
from dangjian_desktop.domain.forms.form_suggest import Suggestion, Vocabulary, column_at, meanings_at
from dangjian_desktop.domain.forms.form_suggest import suggest as suggest_by_labels
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.values.codes import clean
from dangjian_desktop.exchange.excel.form_looks import read_looks
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office

from . import fill_values, form_periods
from .fill_job import Filled, FillJob, FormulaCheck, Unfilled
from .fill_values import FillValues, Unfillable
from .filling import FormView

LIST_NAMES = {UNITS: "各党组织一行（统计数）", ROSTER: "党员名册，一人一行", ORGANISATIONS: "党组织名册，一个一行"}
"""The lists that a form can ask for, as a person chooses among them; ledgers come by their own titles."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a cell or a list column can be filled with; `value` is what it comes to now."""

    key: str
    label: str
    topic: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class FormPreview:
    """What the form would hold: the text of every cell that is filled or computed anew, and the report on it."""

    texts: Mapping[tuple[str, Place], str]
    results: frozenset[tuple[str, Place]]
    filled: Sequence[Filled]
    unfilled: Sequence[Unfilled]
    checks: Sequence[FormulaCheck]


class FormSession:
    """One form with the figures of one scope, period and day; made and asked in a worker thread.

    The figures are counted once; `other_periods` says where the form names another period. People's numbers in lists
    are masked here whatever is written later.
    """

    def __init__(
        self, office: Office, view: FormView, *, scope: str | None, period: str | None, on: date | None
    ) -> None:
        office.actor.require(READ, "member")
        self._office = office
        self.view = view
        self._values = FillValues(office, scope=scope, period=period, on=on)
        self._columns: dict[str, list[Offer]] = {}
        self._of_units: dict[str, list[Offer]] = {}
        self.period = self._values.survey.period.label
        self.other_periods = form_periods.sentences(form_periods.of(view, self._values.survey), self.period)

    @cached_property
    def _words(self) -> Vocabulary:
        return self._values.vocabulary()

    @cached_property
    def looks(self) -> dict[str, SheetLook]:
        """How every sheet looks."""
        return read_looks(self.view.file)

    @cached_property
    def offers(self) -> list[Offer]:
        """Everything that a single cell can be filled with, each with its present value."""
        return self._valued(self._values.figures)

    def _valued(self, figures: Mapping[str, FigureValue]) -> list[Offer]:
        found = []
        for meaning in fill_values.choices(self._values.figures.values()):
            figure = figures.get(meaning.key)
            value = figure.printed if figure else self._values.said(meaning.key)
            found.append(Offer(meaning.key, meaning.label, meaning.topic, value))
        return found

    @cached_property
    def of_other_times(self) -> list[Offer]:
        """The same figures of the other times that can be asked for, without values; those of a day name it."""
        said = {when: self._values.time_said(when) for when in TIMES}
        return [
            Offer(f"{f.key}.{when}", f"{f.label}{said[when]}", said[when].strip("（）"))
            for when in TIMES
            for f in self._values.figures.values()
            if when not in STARTS or not self._words.passes(f.key)
        ]

    def offers_of(self, unit: str) -> list[Offer]:
        """The same with the values of one unit; without values where it is not part of the scope."""
        if unit not in self._of_units:
            try:
                self._of_units[unit] = self._valued(self._values.of_unit(unit))
            except Unfillable:
                self._of_units[unit] = self._valued({})
        return self._of_units[unit]

    def known_offers(self, unit: str) -> list[Offer] | None:
        """What `offers_of` has found before, None while nobody has asked."""
        return self._of_units.get(unit) if unit else self.offers

    @cached_property
    def lists(self) -> dict[str, str]:
        """The lists that can be written downward, by their key."""
        templates = ledger_templates.templates(self._office)
        return LIST_NAMES | {f"{LEDGER}{t.key}": f"台账：{t.title}" for t in templates}

    def columns(self, source: str) -> list[Offer]:
        """What the columns of a list can be filled with."""
        if source not in self._columns:
            self._columns[source] = self._columns_of(source)
        return self._columns[source]

    def warm(self) -> None:
        """Work out everything that the screen asks for at once, so that it need not wait later."""
        _ = self.looks, self.offers, self.suggested
        for source in self.lists:
            self.columns(source)

    def _columns_of(self, source: str) -> list[Offer]:
        found = [Offer(NUMBER, "序号", "序号和名称")]
        if source == UNITS:
            figures = self._values.figures.values()
            return [*found, Offer(NAME, "党组织名称", "序号和名称"), *(Offer(f.key, f.label, f.topic) for f in figures)]
        if source.startswith(LEDGER):
            template = ledger_templates.template(self._office, source.removeprefix(LEDGER))
            own = [Offer(c.name, c.label, template.title) for c in template.columns]
            kept = [Offer(f.name, f.label, "登记") for f in KINDS["ledger_entry"].fields if f.name != "template"]
            return [*found, *own, *kept]
        kind = "organisation" if source == ORGANISATIONS else "member"
        fields = [f for f in KINDS[kind].fields if f.type is not FieldType.PICTURE]
        found += [Offer(f.name, f.label, f.group or "其他") for f in fields]
        if kind == "organisation":
            found += [Offer("secretary", "书记", "班子和人数"), Offer("members", "党员数（含下级）", "班子和人数")]
            found += [Offer("members_own", "党员数（本级）", "班子和人数")]
        return found

    def label(self, key: str) -> str:
        """How a figure or text is called, with the unit it is about."""
        return self._values.label(key)

    def near(self, sheet: str, place: Place) -> list[str]:
        """The keys that the words at a cell may mean, likeliest first."""
        found = self.view.form.sheet(sheet)
        return meanings_at(found, place, self._words) if found else []

    def unit_at(self, sheet: str, place: Place) -> str:
        """The id of the unit that the row of a cell names, empty for none."""
        found = self.view.form.sheet(sheet)
        left = found.left_labels(place) if found else []
        return self._words.units.get(clean(left[0]), "") if left else ""

    def unit_name(self, unit: str) -> str:
        """How a unit is called."""
        node = self._values.survey.tree.nodes.get(unit)
        return node.name if node else unit

    def near_column(self, sheet: str, place: Place, source: str) -> str | None:
        """The list column that the header over a cell names."""
        found = self.view.form.sheet(sheet)
        return column_at(found, place, source, self._words) if found else None

    @cached_property
    def suggested(self) -> Suggestion:
        """What the labels say unambiguously, and what they leave open."""
        return suggest_by_labels(self.view.form, self._words)

    def preview(self, mapping: FormMapping) -> FormPreview:
        """Fill in memory; cells that the labels ask for and nobody has pointed at are told among the unfilled."""
        job = FillJob(self.view.form, self._values)
        job.everything(mapping)
        checks = job.checks()
        texts = {}
        for spot, value in (job.results | job.writes).items():
            sheet = self.view.form.sheet(spot[0])
            if sheet is not None:
                texts[spot] = displayed(value, sheet.cell(spot[1]).style, date1904=self.view.form.date1904)
        unfilled = [*job.unfilled, *self._untold(mapping)]
        return FormPreview(texts, frozenset(job.results), job.filled, unfilled, checks)

    def _untold(self, mapping: FormMapping) -> list[Unfilled]:
        doubts = {(doubt.sheet, doubt.place): doubt for doubt in self.suggested.doubts}
        found = []
        for spot in still_open(self.view.form, mapping, list(doubts)):
            doubt = doubts[spot]
            may = "、".join(self.label(key) for key in doubt.keys[:2])
            reason = f"还没有指定；可能是：{may}" if may else "还没有指定，也没有相应的指标"
            found.append(Unfilled(address(*spot), doubt.label, "", reason, mapped=False))
        return found
