"""The posts of one organisation: who holds them now, who held them, adding and ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import POST
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records

from ... import theme
from ...records.form_dialog import FormDialog, ask_form
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.labels import button, label

FIELDS = tuple(replace(spec, group="") for spec in POST.fields if spec.name != "organisation")
_END = (FieldSpec("to_on", "免职日期", FieldType.DATE, required=True), FieldSpec("doc_no", "任免文号"))
_SHOWN = ("member", "person_name", "post", "from_on", "to_on", "doc_no")


@dataclass(frozen=True, slots=True)
class PostsRead:
    """One post as it is read, and how many of the committee's seats are planned."""

    rows: list[dict[str, str]]
    planned: int | None


def read_posts(office: Office, organisation: str, planned: int | None) -> PostsRead:
    """The posts of one unit, those in force first; called in a worker thread."""
    ids = records.query(
        office,
        "post",
        filters=[records.Filter("organisation", "eq", organisation)],
        order=[("from_on", True)],
    )
    rows = records.rows(office, "post", ids, _SHOWN)
    return PostsRead(sorted(rows, key=lambda row: bool(row["to_on"])), planned)


class PostsPane(QWidget):
    """The list with its buttons; the page calls `load` when the tab comes to the front."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.organisation = ""
        self.planned: int | None = None
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(10), px(16), px(8))
        box.setSpacing(px(8))
        self.summary = label("", "soft", wrap=True)
        box.addWidget(self.summary)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAccessibleName("任职")
        # A low window must not grow for a list that scrolls.
        self.list.setMinimumHeight(px(40))
        box.addWidget(self.list, 1)
        row = QHBoxLayout()
        self._may = context.office.actor.may(WRITE, "post")
        self.new = button("新增任职", self.add, icon_name="plus")
        self.change = button("修改…", self.edit)
        self.finish = button("免职…", self.end)
        for made in (self.new, self.change, self.finish):
            row.addWidget(allowed(made, context.office.actor, WRITE, "post"))
        row.addStretch(1)
        box.addLayout(row)
        self.list.itemSelectionChanged.connect(self._show_buttons)
        self.list.itemActivated.connect(lambda _item: self.edit())
        self._show_buttons()

    def load(self, organisation: str, planned: int | None) -> None:
        """Fetch the posts of one unit."""
        self.organisation, self.planned = organisation, planned
        office = self.context.office
        self.context.runner.fetch(lambda: read_posts(office, organisation, planned), self._fill, owner=self)

    def add(self) -> None:
        """Ask for a new post."""
        question = FormDialog(
            self.context,
            "新增任职",
            FIELDS,
            values={"from_on": self.context.office.today().isoformat()},
            detail="本街道的党员填“党员”；其他人只填姓名。",
        )
        answer = ask_form(self.context, question)
        if answer:
            office, values = self.context.office, answer | {"organisation": self.organisation}
            self._write(lambda: records.add(office, "post", values))

    def edit(self) -> None:
        """Change the chosen post."""
        row = self._chosen()
        if row is None or not self._may:
            return
        office, record = self.context.office, row["id"]

        def ask(view: records.ShownRecord) -> None:
            question = FormDialog(self.context, "修改任职", FIELDS, values=view.values, printed=view.printed)
            changes = question.form
            accepted = self.context.dialogs.run(question)
            moved = changes.changes()
            question.deleteLater()
            if accepted and moved:
                self._write(lambda: records.edit(office, "post", record, moved))

        self.context.runner.fetch(lambda: records.get(office, "post", record), ask, owner=self)

    def end(self) -> None:
        """Ask from which day the chosen post is over."""
        row = self._chosen()
        if row is None:
            return
        question = FormDialog(
            self.context,
            f"免去{_who(row)}{row['post']}职务",
            _END,
            values={"to_on": self.context.office.today().isoformat()},
        )
        answer = ask_form(self.context, question)
        if answer:
            office, record = self.context.office, row["id"]
            self._write(lambda: records.edit(office, "post", record, answer))

    def _write(self, work: Callable[[], records.Saved]) -> None:
        self.context.runner.fetch(
            work,
            self._written,
            failed=self.context.dialogs.error,
            owner=self,
            writes=True,
        )

    def _written(self, saved: records.Saved) -> None:
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)
        self.load(self.organisation, self.planned)

    def _fill(self, held: PostsRead) -> None:
        self.list.clear()
        now = [row for row in held.rows if not row["to_on"]]
        seats = f"应设委员 {held.planned} 名，" if held.planned else ""
        self.summary.setText(f"{seats}现任 {len(now)} 人。" if held.rows else f"{seats}还没有任职记录。")
        self._add_rows(held.rows)
        self._show_buttons()

    def _add_rows(self, rows: Sequence[dict[str, str]]) -> None:
        faint = theme.current().colour("ink_soft")
        for row in rows:
            until = f" 至 {row['to_on']}" if row["to_on"] else " 起"
            number = f"　{row['doc_no']}" if row["doc_no"] else ""
            item = QListWidgetItem(f"{row['post']}　{_who(row)}\n{row['from_on'] or '日期未填'}{until}{number}")
            item.setData(Qt.ItemDataRole.UserRole, row)
            if row["to_on"]:
                item.setForeground(faint)
            self.list.addItem(item)

    def _chosen(self) -> dict[str, str] | None:
        item = self.list.currentItem()
        found: dict[str, str] | None = item.data(Qt.ItemDataRole.UserRole) if item else None
        return found

    def _show_buttons(self) -> None:
        row = self._chosen() if self.list.selectedItems() else None
        self.change.setEnabled(self._may and row is not None)
        self.finish.setEnabled(self._may and row is not None and not row["to_on"])


def _who(row: dict[str, str]) -> str:
    return row["member"] or row["person_name"] or "（未填姓名）"
