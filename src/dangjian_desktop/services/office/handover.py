"""The sheet for a clerk who leaves, as pages for the preview and the printer."""

from __future__ import annotations

from dangjian_desktop.documents.handover import Handover, handover
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import ACCOUNTS, EXPORT, FILE, MANAGE
from dangjian_desktop.exchange.pdf import preview as pages
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports.previewing import Preview, drawn
from dangjian_desktop.storage import log_history

from . import accounts, backups, practice
from .office import Office


def preview(office: Office, leaving: str, taking_over: str) -> Preview:
    """The 交接单 of two named people; needs the permission to manage and is audited. No plain copy stays on disk."""
    office.actor.require(MANAGE, ACCOUNTS)
    accounts.refuse_beyond(office, leaving)
    with office.database.read() as connection:
        operations, last = log_history.work_of(connection, leaving)
    paper = Handover(
        office.called,
        leaving,
        taking_over,
        office.today().isoformat(),
        office.path.name,
        # Backups and recovery key are matters of the whole file.
        str(backups.folder(office)) if office.actor.may(EXPORT, FILE) else "",
        [(KINDS[kind].label, number) for kind, number in records.counts(office).items()],
        operations,
        last,
    )
    office.audit("handover", {"leaving": leaving, "taking_over": taking_over})
    document = handover(paper)
    pdf, missing = drawn(practice.stamped(office, document))
    return Preview(document.title, tuple(pages.page_sizes(pdf)), pdf, missing)
