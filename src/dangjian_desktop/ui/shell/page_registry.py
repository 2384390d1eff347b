"""The pages of the window, by name: nothing of a page is imported before it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from .context import Page


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: key, words in the navigation, icon, and its class as `module:Class` below `ui.pages`.

    `scoped` pages follow the organisation tree, which is hidden beside the others. `kinds` are the kinds
    of record that the page opens.
    """

    key: str
    title: str
    icon: str
    factory: str
    scoped: bool = True
    kinds: tuple[str, ...] = ()

    def load(self) -> type[Page] | None:
        """The page's class, or None when this version does not have it."""
        module, _, name = self.factory.partition(":")
        full = f"dangjian_desktop.ui.pages.{module}"
        try:
            found = import_module(full)
        except ModuleNotFoundError as error:
            # Only the page itself may be missing: a fault inside it must show.
            if error.name in (full, full.rpartition(".")[0]):
                return None
            raise
        if found.__file__ is None:  # an empty folder counts as a module to Python
            return None
        page: type[Page] = getattr(found, name)
        return page


PAGES = (
    PageSpec("home", "工作台", "home", "home:HomePage"),
    PageSpec(
        "organisations", "党组织", "organisation", "organisations:OrganisationsPage", kinds=("organisation", "post")
    ),
    PageSpec("members", "党员", "member", "members:MembersPage", kinds=("member",)),
    PageSpec("meetings", "组织生活", "meeting", "meetings:MeetingsPage", kinds=("meeting",)),
    PageSpec("ledgers", "台账", "ledger", "ledgers:LedgersPage", kinds=("ledger_entry",)),
    PageSpec("schemes", "考核创星", "star", "schemes:SchemesPage"),
    PageSpec("reports", "报表文书", "report", "reports:ReportsPage"),
    PageSpec("system", "系统", "settings", "system:SystemPage", scoped=False),
)


def page_of_kind(kind: str) -> PageSpec | None:
    """The page that opens records of a kind."""
    return next((spec for spec in PAGES if kind in spec.kinds), None)
