"""A ledger that is a view of the roster or the tree: its people come from there, its own columns hang on them."""

from __future__ import annotations

from dataclasses import dataclass

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS

from .checks.given import GROUPS, PREFIXES
from .checks.spec import OWN_UNIT
from .faults import FaultError
from .ledgers import LedgerTemplate

_OF_UNITS = ("branch", "community", "organisation", "kind:")


@dataclass(frozen=True, slots=True)
class ViewPart:
    """Whom a ledger shows: everybody of `each`; `by` is the column that names whose entry one is, `shows` are fields
    of the roster or the tree that stand beside.
    """

    each: tuple[str, ...]
    by: str
    shows: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The kind of record that is shown."""
        return "organisation" if self.each[0].startswith(_OF_UNITS) else "member"


def view_of(template: LedgerTemplate) -> ViewPart | None:
    """The view that a template is, None for a ledger of its own; raises `FaultError`."""
    part = template.parts.get("view")
    if part is None:
        return None
    if not isinstance(part, dict) or (strange := sorted(set(part) - {"each", "by", "shows"})):
        raise FaultError(f"视图里不认识“{strange[0]}”" if isinstance(part, dict) else "视图应是一组“名称: 值”", "view")
    each = (part.get("each"),) if isinstance(part.get("each"), str) else tuple(part.get("each") or ())
    for name in each:
        if name.startswith("ledger:") or not (name in GROUPS or (name.startswith(PREFIXES) and name.partition(":")[2])):
            raise FaultError(f"视图的 each 不能是“{name}”：要从党员、任职或党组织里来", "view", "each")
    if not each or len({name.startswith(_OF_UNITS) for name in each}) > 1:
        raise FaultError("视图的 each 要写一类或几类人，或者一类党组织，不能混写", "view", "each")
    view = ViewPart(each, part.get("by", OWN_UNIT), tuple(part.get("shows", ())))
    _check_column(template, view)
    known = set(KINDS[view.kind].names())
    if strange := [name for name in view.shows if name not in known]:
        raise FaultError(f"视图的 shows 里没有“{strange[0]}”这一项", "view", "shows")
    return view


def _check_column(template: LedgerTemplate, view: ViewPart) -> None:
    wanted = FieldType.ORGANISATION if view.kind == "organisation" else FieldType.MEMBER
    if view.by == OWN_UNIT and view.kind == "organisation":
        return
    column = next((c for c in template.columns if c.name == view.by), None)
    if column is None or column.type is not wanted:
        raise FaultError(f"视图的 by 要写一个{'党组织' if view.kind == 'organisation' else '党员'}列", "view", "by")
