"""Which unit a row belongs to: its own column, the sheet's title or name, or the unit given with the import."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id

from .. import organisations
from ..office import Office
from .plan import ImportPlan, PlannedRow

KIND_ENDINGS = (
    ("党工委", "工委"),
    ("工作委员会", "工委"),
    ("工委", "工委"),
    ("大党委", "大党委"),
    ("联合党支部", "632"),
    ("联合支部", "632"),
    ("流动党员党支部", "流动"),
    ("临时党支部", "临时"),
    ("临时支部", "临时"),
    ("党总支", "621"),
    ("总支部委员会", "621"),
    ("总支部", "621"),
    ("总支", "621"),
    ("支部委员会", "631"),
    ("党支部", "631"),
    ("支部", "631"),
    ("党小组", "小组"),
    ("小组", "小组"),
    ("党委", "611"),
    ("委员会", "611"),
)
"""What the end of a name tells about the kind; the first that fits, longer ones first."""


def kind_by_name(name: str) -> str | None:
    """The kind code that a unit's name ends in, or None."""
    return next((code for ending, code in KIND_ENDINGS if name.endswith(ending)), None)


class UnitFinder:
    """Resolves unit names of one import, remembering answers; makes missing ones below a unit where asked."""

    def __init__(self, office: Office, plan: ImportPlan, *, scope: str | None, create_under: str | None) -> None:
        self._office = office
        self._plan = plan
        self._scope = organisations.resolve(office, scope) if scope else None
        self._under = organisations.resolve(office, create_under) if create_under else None
        self._known: dict[str, str | UserError] = {}
        self.names = organisations.names(office)

    def place(self, row: PlannedRow, column: str, around: list[str]) -> str | None:
        """The unit of a row, or None after refusing the row with the reason."""
        written = row.values.get("organisation")
        if written:
            return self._or_refuse(row, column, str(written))
        if self._scope:
            return self._scope
        for text in around:
            found = self.resolve(text, create=False)
            if isinstance(found, str):
                return found
        if around and self._under:
            return self._or_refuse(row, column, around[0])
        said = f"（标题或表名写的是“{around[0]}”，没有这个党组织）" if around else ""
        row.refuse(column or "所在党支部", "", f"没有写明所在党支部{said}，请补上，或在导入时指定党组织")
        return None

    def resolve(self, text: str, *, create: bool = True) -> str | UserError:
        """The id of a unit by what was written, or the error that says why not."""
        found = self._known.get(text)
        if found is None or (isinstance(found, UserError) and create and self._under):
            found = self._known[text] = self._look_up(text, create)
        return found

    def _look_up(self, text: str, create: bool) -> str | UserError:
        try:
            return organisations.resolve(self._office, text)
        except UserError as error:
            if error.code != "org_unknown" or not create or self._under is None:
                return error
        record = new_id()
        self._plan.new_organisations.append(
            {"id": record, "name": text, "kind": kind_by_name(text) or "631", "parent": self._under, "stage": "actual"}
        )
        self.names[record] = text
        return record

    def _or_refuse(self, row: PlannedRow, column: str, text: str) -> str | None:
        found = self.resolve(text)
        if isinstance(found, str):
            return found
        row.refuse(column, text, found.message)
        return None
