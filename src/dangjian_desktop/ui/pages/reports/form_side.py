"""The tabs beside a form: what a cell is filled with, what stays empty, the formulas, and what the superior changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget

from dangjian_desktop.domain.forms.form_mapping import FormMapping

from ... import theme
from ...shell.context import PageContext
from . import form_report
from .cell_panel import CellPanel
from .form_repair import RepairPanel
from .form_table import MappingTable

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.form_session import FormPreview, FormSession


class FormSide(QTabWidget):
    """`went(address)` when a line about a cell is pointed at."""

    went = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.setFixedWidth(theme.current().px(316))
        self.panel = CellPanel(context)
        self.unfilled = form_report.CellTable(("格子", "为什么没填"))
        self.checks = form_report.CellTable(("格子", "公式核对"))
        self.repair = RepairPanel(self)
        self.table = MappingTable()
        self.addTab(self.panel, "填什么")
        self.addTab(self.table, "填法")
        self.addTab(self.unfilled, "没有填")
        self.addTab(self.checks, "公式")
        for table in (self.table, self.unfilled, self.checks, self.repair):
            table.went.connect(self.went)

    def report(self, found: FormPreview) -> None:
        """List what stays empty and what the formulas come to; the tabs count them."""
        self.unfilled.put(form_report.unfilled_said(found.unfilled), form_report.unfilled_lines(found.unfilled))
        self.checks.put(form_report.check_said(found.checks), form_report.check_lines(found.checks))
        for panel, words, count, bad in (
            (self.unfilled, "没有填", len(found.unfilled), any(u.mapped for u in found.unfilled)),
            (self.checks, "公式", len(found.checks), any(c.status == "differs" for c in found.checks)),
        ):
            sign = "▲ " if bad else ""
            self.setTabText(self.indexOf(panel), f"{sign}{words} {count}" if count else words)

    def list_mapping(self, session: FormSession, mapping: FormMapping, found: FormPreview) -> None:
        """The whole mapping as a table, with what it comes to now."""
        self.table.put(session.view.form, mapping, found.texts, _named(session))

    def open_for(self, session: FormSession) -> None:
        """Begin with a form: with what was changed in it, if it was."""
        self.panel.open(session)
        repair = session.view.repair
        self.close_repair()
        if repair is None:
            self.setCurrentWidget(self.panel)
            return
        keys = [repair.mapping.cells.get(new, "") for _, new in repair.moved]
        self.repair.open(repair, keys, _named(session))
        self.addTab(self.repair, "改动")
        self.setCurrentWidget(self.repair)

    def close_repair(self) -> None:
        """The changes are settled."""
        place = self.indexOf(self.repair)
        if place >= 0:
            self.removeTab(place)


def _named(session: FormSession) -> Callable[[str], str]:
    columns = {offer.key: offer.label for source in session.lists for offer in session.columns(source)}
    figures = {offer.key for offer in session.offers}
    other = {offer.key for offer in session.of_other_times}
    return lambda key: session.label(key) if key.partition("@")[0] in figures | other else columns.get(key, key)
