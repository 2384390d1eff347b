"""One entry for each person in a ledger that is a view: a second one would be a second copy."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.checks.spec import OWN_UNIT
from dangjian_desktop.domain.ledgers.views import view_of
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import ledger_templates as queries
from dangjian_desktop.storage.shape import BINNED
from dangjian_desktop.storage.unit_of_work import UnitOfWork

KIND = "ledger_entry"


def require_single(office: Office, work: UnitOfWork) -> None:
    """Refuse a second entry for somebody in a ledger that is a view (`second_entry`), whichever way it comes."""
    touched = {*work.moved(KIND), *work.created(KIND)}
    if not touched or not any("view" in template.parts for template in office.templates.values()):
        return
    for record, current in work.read(KIND, list(touched)).items():
        template = office.templates.get(current["template"])
        view = view_of(template) if template is not None and "view" in template.parts else None
        if template is None or view is None or current[BINNED]:
            continue
        whose = current["organisation"] if view.by == OWN_UNIT else (current["values"] or {}).get(view.by)
        if whose and queries.others(work.connection, template.key, view.by, str(whose), record):
            raise UserError(
                "second_entry",
                f"“{template.title}”里已经有这个人或党组织的一条，不能再建一条。",
                effect="没有保存，数据没有改动。",
                advice="请在原来那一条上修改。",
            )
