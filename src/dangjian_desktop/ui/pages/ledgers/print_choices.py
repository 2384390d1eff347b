"""What a ledger and each of its entries can be printed as, and the preview of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.services.reports.request import ReportRequest

from ....base.progress import Progress
from ...shell.context import PageContext
from ...widgets.page_parts import Entry
from ...widgets.pdf_preview import pages_of

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.previewing import Preview
    from dangjian_desktop.services.reports.report_specs import ReportSpec

_PLAIN = "这一条（台账格式）"


class PrintChoices:
    """The print forms of one ledger for its menus; previews what is chosen."""

    def __init__(self, context: PageContext, owner: QWidget, template: LedgerTemplate) -> None:
        self._context, self._owner, self._template = context, owner, template

    def of_ledger(self) -> list[Entry]:
        """The forms that are printed of the whole ledger."""
        return [
            (f"{spec.title}（每条一页）" if spec.each else spec.title, self._caller(spec, None))
            for spec in self._forms()
            if not spec.needs_id
        ]

    def of_entry(self, record: str) -> list[Entry]:
        """The forms that one entry is printed as."""
        return [(spec.title, self._caller(spec, record)) for spec in self._forms() if spec.each]

    def of_several(self, records: Sequence[str]) -> list[Entry]:
        """The sheets of several entries, all in one paper."""
        return [
            (f"{spec.title}（选中的{len(records)}条）", self._caller(spec, None, tuple(records)))
            for spec in self._forms()
            if spec.each and not spec.needs_id
        ]

    def ask_entry(self, record: str, number: str) -> None:
        """Ask what one entry is printed as, where there is a choice, and preview it."""
        forms = [spec for spec in self._forms() if spec.each]
        if not forms:
            self.preview(self._template.key, self._template.title, record)
            return
        options = [*((spec.name, spec.title) for spec in forms), (self._template.key, _PLAIN)]
        chosen = self._context.dialogs.choose(f"打印 {number}".strip(), options)
        if chosen:
            self.preview(chosen, dict(options)[chosen], record)

    def preview(self, name: str, title: str, record: str | None = None, several: tuple[str, ...] = ()) -> None:
        """Preview a report of this ledger, for one entry or several where named."""
        context = self._context
        scope = None if record or several else context.shell.scope()

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import previewing

            asked = ReportRequest(name, scope=scope, record=record, records=several)
            return previewing.preview(context.office, asked, progress=progress)

        context.runner.start(
            f"打印{title}",
            draw,
            lambda made: context.shell.preview(pages_of(made)),
            failed=context.dialogs.error,
            owner=self._owner,
            writes=False,
        )

    def _caller(self, spec: ReportSpec, record: str | None, several: tuple[str, ...] = ()) -> Callable[[], object]:
        return lambda: self.preview(spec.name, spec.title, record, several)

    def _forms(self) -> Sequence[ReportSpec]:
        from dangjian_desktop.services.reports import ledger_prints

        return ledger_prints.specs_of(self._template)[1:]
