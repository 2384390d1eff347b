"""The page 党组织."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.records import ShownRecord

from ...records.drawer import RecordDrawer
from ...records.table_page import RecordPage
from ...shell.context import PageContext
from ...widgets.allowed import allowed_entries
from ...widgets.empty_state import EmptyState
from ...widgets.page_parts import fill_menu, menu_button
from ...widgets.record_model import ColumnFilter
from .posts import PostsPane
from .source import OrganisationSource


class OrganisationsPage(RecordPage):
    """All units in the chosen scope, planned and actual."""

    kind = "organisation"
    noun = "个"
    words = "党组织"
    import_kind = "organisations"
    whole, whole_report = "整份党组织一览表", "organisations"
    search_hint = "查找：名称、简称、代码"
    columns = (
        "name",
        "kind",
        "members_total",
        "stage",
        "parent",
        "field",
        "term_elected_on",
        "term_ends_on",
        "founded_on",
        "code",
    )
    help = (
        "这里是左边所选党组织和它的下级，按组织树的次序排列。双击打开一个党组织，"
        "“任职”页里登记书记、委员的任免。拟成立的组织在“设立状态”里标明，不计入已成立数。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0

    def make_source(self) -> OrganisationSource:
        """The order of the tree, with counts."""
        return OrganisationSource(self.context.office)

    def make_drawer(self) -> RecordDrawer:
        """Form, posts and history of one unit."""
        drawer = RecordDrawer(self.context, self.kind, details=self._details)
        self._posts = PostsPane(self.context)
        drawer.add_tab("任职", self._posts, lambda record: self._posts.load(record, _planned(drawer.view)))
        first = drawer.menu.actions()[0]
        for words, act in (("看它的党员", self._members_of), ("在它下面新增党组织", self._new_under)):
            action = drawer.menu.addAction(words)
            action.triggered.connect(lambda _checked=False, done=act: done(drawer.record))
            drawer.menu.insertAction(first, action)
        drawer.menu.insertSeparator(first)
        allowed_entries(drawer.menu, self.context.office.actor, {"在它下面新增": WRITE}, self.kind)
        return drawer

    def make_empty(self) -> EmptyState:
        """What an empty list says."""
        return EmptyState(
            "这里还没有党组织。",
            "导入党组织名单，或按 Ctrl+N 新增；导入花名册时也可以自动建支部。",
            (("导入党组织…", self.start_import), ("新增党组织", self.new)),
            icon_name="organisation",
        )

    def default_values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """A new unit lies below the chosen one and exists."""
        scope = self.context.shell.scope()
        values: dict[str, Any] = {"stage": "actual", "street_counted": True}
        if scope is None:
            return values, {}
        return values | {"parent": scope}, {"parent": self.context.shell.scope_name()}

    def view_menu_entries(self) -> Sequence[tuple[str, Callable[[], object]] | None]:
        """Posts are imported here too."""
        return (None, ("导入任职…", self.import_posts))

    def import_posts(self) -> None:
        """Open the review for a list of posts."""
        self.open_review("posts", "任职")

    def open_record(self, kind: str, record: str) -> None:
        """Open a unit, or the unit of a post."""
        if kind == "organisation":
            super().open_record(kind, record)
            return
        office = self.context.office
        self.context.runner.fetch(
            lambda: records.get(office, "post", record),
            lambda view: super(OrganisationsPage, self).open_record("organisation", str(view.values["organisation"])),
            failed=self.context.dialogs.error,
            owner=self,
        )

    def _fill_head(self) -> None:
        super()._fill_head()
        for words, field in (("设立状态", "stage"), ("类型", "kind"), ("领域", "field")):
            self.head.add_tool(self._choice_button(words, field))

    def _choice_button(self, words: str, field: str) -> QWidget:
        codes = next(spec.codes for spec in self.source.columns if spec.name == field)
        made = menu_button(words)
        menu = made.menu()
        entries: list[tuple[str, Callable[[], object]] | None] = [("全部", lambda: self._keep(field, None))]
        for choice in self.context.lookups.choices(codes or ""):
            item = ColumnFilter(field, "in", (choice.value,), f"{words}：{choice.label}")
            entries.append((choice.label, lambda kept=item: self._keep(field, kept)))  # type: ignore[misc]
        fill_menu(menu, entries)
        return made

    def _keep(self, field: str, item: ColumnFilter | None) -> None:
        others = [kept for kept in self.table.model.filters if kept.field != field]
        self.table.set_filters([*others, *([item] if item else [])])

    def summarise(self, count: int) -> None:
        """Planned and actual of the list as it stands."""
        self._token += 1
        token, source = self._token, copy(self.source)
        filters, text = list(self.table.model.filters), self.table.model.text

        def work() -> tuple[int, int]:
            planned = source.count(filters, text, ColumnFilter("stage", "eq", "planned"))
            # As the figure counts them: what the street counts, established, standing today.
            counted = source.count(
                filters,
                text,
                ColumnFilter("street_counted", "counted", True),
                ColumnFilter("stage", "ne", "planned"),
                ColumnFilter("dissolved_on", "stands"),
            )
            return planned, counted

        def show(found: tuple[int, int]) -> None:
            if token == self._token:
                planned, counted = found
                self.table.set_summary(f"已成立 {count - planned}　拟成立 {planned}　街道口径 {counted}")

        self.context.runner.fetch(work, show, owner=self)

    def _details(self, view: ShownRecord) -> str:
        printed = view.printed
        parts = [printed.get("kind", ""), printed.get("stage", ""), printed.get("parent", "")]
        return "　".join(part for part in parts if part)

    def row_entries(self) -> Sequence[tuple[str, Callable[[], object]] | None]:
        """What may be done with the unit under the cursor."""
        return (
            ("看它的党员", lambda: self._members_of(self.table.current_id())),
            ("在它下面新增党组织", lambda: self._new_under(self.table.current_id())),
        )

    def restrict_rows(self, menu: QMenu) -> None:
        """A new unit is writing."""
        allowed_entries(menu, self.context.office.actor, {"在它下面新增": WRITE}, self.kind)

    def _members_of(self, unit: str) -> None:
        self.context.shell.set_scope(unit)
        self.context.shell.open_page("members")

    def _new_under(self, unit: str) -> None:
        office = self.context.office

        def start(view: ShownRecord) -> None:
            self.beside.open()
            self.drawer.start_new({"parent": view.id, "stage": "actual"}, {"parent": view.title})

        self.context.runner.fetch(
            lambda: records.get(office, "organisation", unit), start, failed=self.context.dialogs.error, owner=self
        )


def _planned(view: ShownRecord | None) -> int | None:
    found = view.values.get("committee_planned") if view else None
    return int(found) if found else None
