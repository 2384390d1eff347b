"""The drawer of one entry: where it stands, where it can go and why not, and its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate, reopens, transition
from dangjian_desktop.domain.records.permissions import REMOVE, WRITE
from dangjian_desktop.services.ledgers import ledger_templates

from ... import theme
from ...records import drafts
from ...records.attachments import AttachmentStrip
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.drawer import Drawer
from ...widgets.form import RecordForm
from ...widgets.labels import rule
from ...widgets.pick_editors import PickEditor
from .child_rows import RowTables
from .columns import LedgerLookups, form_fields
from .standing import StandingPanel

if TYPE_CHECKING:
    from dangjian_desktop.services.ledgers.child_rows import ShownRows
    from dangjian_desktop.services.records.records import Saved, ShownRecord


class EntryDrawer(Drawer):
    """Shows, adds and moves entries of one ledger; `saved(id, words)` after a write, `left` when it is closed.

    `print_wanted` asks for the entry on paper.
    """

    saved = Signal(str, str)
    left = Signal()
    print_wanted = Signal()

    def __init__(self, context: PageContext, template: LedgerTemplate) -> None:
        super().__init__()
        self.context, self.template = context, template
        self.record = ""
        self._number = self._state = ""
        self._view: ShownRecord | None = None
        self._token = 0
        self._busy = False
        self._begun: tuple[Mapping[str, Any], Mapping[str, str]] = ({}, {})
        self._build()
        self.closed.connect(self._leave)
        self.drop_draft.clicked.connect(self._drop_draft)

    # What the ledger's view calls

    def begin(self, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
        """A new entry, or the draft of one."""
        self.keep_draft()
        self._token += 1
        self.record = ""
        draft = drafts.kept(self.context.shell, self._key())
        self._begun = (values, names)
        self.form.load({})
        self.form.restore_draft(values, names)
        self.form.take_as_given()
        if draft is not None:
            self.form.restore_draft(draft.values, draft.names)
        self.set_title(f"新增：{self.template.title}", f"{draft.words()}。" if draft else "编号自动给出。")
        self.drop_draft.setVisible(draft is not None)
        self._view = None
        self._keep_deadline(closed=False)
        self._standing.show_nothing()
        self.rows.show_nothing()
        self.files.show_nothing()
        self.remove_button.hide()
        self.print_button.hide()
        self.form.focus_field(self.template.title_column)

    def show_entry(self, record: str) -> None:
        """Fetch an entry with the moves it can make."""
        self.keep_draft()
        self._token += 1
        token = self._token
        self.context.runner.fetch(
            lambda: self._fetch(record), lambda found: self._take(token, found), failed=self._refused, owner=self
        )

    def save(self) -> None:
        """Record what was typed."""
        if self._busy or not self.form.check():
            return
        from dangjian_desktop.services.ledgers import ledgers
        from dangjian_desktop.services.records import records

        office, record, changes = self.context.office, self.record, self.form.changes()
        if record and not changes:
            return
        key, said = self.template.key, f"{'已修改' if record else '已新增'}一条{self.template.title}"

        def write() -> Saved:
            if record:
                return records.edit(office, "ledger_entry", record, changes)
            return ledgers.add(office, key, {k: v for k, v in changes.items() if v is not None})

        self._write(write, lambda saved: self._saved(saved, said))

    def move_to(self, state: str, name: str) -> None:
        """Save what was typed, then move the entry."""
        from dangjian_desktop.services.ledgers import ledgers
        from dangjian_desktop.services.records import records

        if self._busy or not self.form.check():
            return
        reason = self._reason_for(state, name)
        if reason is None:
            return
        office, record, changes = self.context.office, self.record, self.form.changes()
        entry = f"{self.template.title} {self._number}".strip()

        def write() -> Saved:
            if changes:
                records.edit(office, "ledger_entry", record, changes)
            return ledgers.move(office, record, state, reason=reason)

        self._write(write, lambda saved: self._saved(saved, f"已改为“{name}”：{entry}"))

    def _reason_for(self, state: str, name: str) -> str | None:
        """The reason for opening a settled entry again; empty where the move needs none, None when it was left."""
        move = transition(self.template, self._state, state)
        if move is None or not (move.reason or reopens(self.template, move)):
            return ""
        again = reopens(self.template, move)
        detail = "这一条已经办结，重新打开要写明原因，会留在流转记录里。" if again else "原因会留在流转记录里。"
        given = self.context.dialogs.ask(f"为什么改为“{name}”？", detail=detail)
        return given.strip() if given and given.strip() else None

    def remove(self) -> None:
        """Put the entry into the recycle bin after asking."""
        record = self.record
        if not record or not self.context.dialogs.confirm(
            "把这条台账移到回收站？", "可以撤销，也可以在回收站里恢复。", yes="移到回收站", danger=True
        ):
            return
        from dangjian_desktop.services.records import records

        office = self.context.office
        self._write(lambda: records.remove(office, "ledger_entry", record), self._removed)

    def keep_draft(self, *, leaving: bool = True) -> None:
        """Keep what was typed and not saved; who leaves is told so."""
        if self.isHidden() or self._busy:
            return
        draft = drafts.of_form(self.form, self._called())
        drafts.keep(self.context.shell, self._key(), draft)
        if draft is not None and leaving:
            drafts.tell_kept(self.context.shell, draft.called)

    def _called(self) -> str:
        """The entry as a draft of it is named: by its number, or by what its title column says so far."""
        text = self._number if self.record else str(self.form.values().get(self.template.title_column) or "")
        named = self.form.fields[self.template.title_column].editor
        text = named.text() if isinstance(named, PickEditor) and not self.record else text
        return self.template.title + (f"“{text[:20]}{'…' if len(text) > 20 else ''}”" if text else "")

    def _drop_draft(self) -> None:
        """Begin again from what is kept of the entry."""
        drafts.keep(self.context.shell, self._key(), None)
        self.form.take_as_kept()
        if self.record:
            self.show_entry(self.record)
        else:
            self.begin(*self._begun)

    @property
    def number(self) -> str:
        """The number of the entry that is shown."""
        return self._number

    # Building

    def _build(self) -> None:
        c = self.context
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._standing = StandingPanel(
            self.template, role=c.office.actor.role, person=c.office.actor.name, today=c.office.today()
        )
        self._standing.move_wanted.connect(self.move_to)
        self.state, self.deadline = self._standing.state, self._standing.deadline
        self.way, self.passed = self._standing.way, self._standing.passed
        box.addWidget(self._standing)
        box.addWidget(rule())
        fields = form_fields(self.template, c.office.actor.role)
        self.form = RecordForm(
            fields, LedgerLookups(c.lookups, self.template), c.runner, c.dialogs, reveal=self._reveal
        )
        self.form.save_wanted.connect(self.save)
        self.form.changed.connect(lambda _name: self._follow())
        self.form.drafted.connect(lambda _values: self.keep_draft(leaving=False))
        # Scrolled where the window is low: what stands above and below it keeps its room.
        self.form.setMinimumHeight(theme.current().px(20))
        box.addWidget(self.form, 1)
        self.rows = RowTables(c, self.template, ledger_templates.seen_rows(c.office, self.template))
        self.rows.written.connect(lambda: self.show_entry(self.record))
        self.rows.setVisible(bool(self.rows.tables))
        box.addWidget(self.rows)
        self.files = AttachmentStrip(
            c, "ledger_entry", "先保存这一条，再附照片、扫描件和PDF。", sheet=self.template.key
        )
        box.addWidget(self.files)
        self.files.watch(body)
        self.set_body(body)
        actor = c.office.actor
        self.remove_button = allowed(self.add_button("移到回收站", self.remove), actor, REMOVE, "ledger_entry")
        self.print_button = self.add_button("打印…", self.print_wanted.emit, icon_name="print")
        self.save_button = allowed(self.add_button("保存", self.save, role="primary"), actor, WRITE, "ledger_entry")
        self.form.set_read_only(not actor.may(WRITE, "ledger_entry"))

    # Reading and writing

    def _key(self) -> str:
        return f"draft.ledger.{self.template.key}.{self.record or 'new'}"

    def _reveal(self, name: str, reason: str) -> str:
        from dangjian_desktop.services.records import records

        return records.reveal(self.context.office, "ledger_entry", self.record, name, reason)

    def _fetch(self, record: str) -> tuple[ShownRecord, list[ShownRows]]:
        from dangjian_desktop.services.ledgers import child_rows
        from dangjian_desktop.services.records import records

        view = records.get(self.context.office, "ledger_entry", record)
        return view, child_rows.lists(self.context.office, record) if self.template.rows else []

    def _take(self, token: int, found: tuple[ShownRecord, list[ShownRows]]) -> None:
        if token != self._token:
            return
        view, lists = found
        self.rows.show_lists(view.id, lists)
        self.files.show_for(view.id)
        again = self._view is not None and self._view.id == view.id
        self.record, self._view = view.id, view
        self._number = view.printed.get("number", "")
        self._state = view.values.get("state") or ""
        self.form.load(view.values, view.printed, keep_place=again)
        draft = drafts.kept(self.context.shell, self._key())
        if draft is not None:
            self.form.restore_draft(draft.values, draft.names)
        self.drop_draft.setVisible(draft is not None)
        title = view.printed.get(self.template.title_column) or view.title
        parts = [self._number, f"{draft.words()}。" if draft else ""]
        self.set_title(title if len(title) <= 40 else f"{title[:39]}…", "　".join(p for p in parts if p))
        known = self.template.state_of(self._state)
        self._keep_deadline(closed=known is not None and known.terminal)
        self._standing.show_entry(view.values, view.children.get("passages", {}))
        if draft:
            self._follow()
        self.remove_button.show()
        self.print_button.show()
        self.leave_cross()

    def _follow(self) -> None:
        """What is missing for the next step, and the deadline, follow what is typed."""
        if self._view is not None:
            self._standing.follow({**self._view.values, **self.form.values()})

    def _keep_deadline(self, *, closed: bool) -> None:
        """The deadline of a closed entry is read, not typed: whether it was in time is told by it."""
        field = self.form.fields.get(self.template.due or "")
        if field is not None:
            may = self.context.office.actor.may(WRITE, "ledger_entry")
            field.editor.setReadOnly(closed or not may)
            field.editor.setToolTip("已经办结，期限不能再改；要改，请先写明原因重新打开。" if closed else "")

    def _write(self, work: Callable[[], Saved], done: Callable[[Saved], object]) -> None:
        self._set_busy(True)
        self.context.runner.fetch(work, done, failed=self._refused, owner=self, writes=True)

    def _saved(self, saved: Saved, words: str) -> None:
        self._set_busy(False)
        self.context.shell.remember(self._key(), None)
        # The form shows what was written from here on; a draft must not be made of it again.
        self.form.take_as_kept()
        self.saved.emit(saved.id, words)
        self.show_entry_fresh(saved.id)

    def show_entry_fresh(self, record: str) -> None:
        """Show an entry anew; what stands in the form is thrown away."""
        self.form.take_as_kept()
        self.record = record
        self.show_entry(record)

    def _removed(self, saved: Saved) -> None:
        self._set_busy(False)
        self.context.shell.remember(self._key(), None)
        self.form.load({})
        self.saved.emit(saved.id, f"已把 1 条{self.template.title}移到回收站")
        self.left.emit()

    def _refused(self, error: Exception) -> None:
        self._set_busy(False)
        self.context.dialogs.error(error)

    def _set_busy(self, busy: bool) -> None:
        # A button that is disabled under the pointer hands the focus to whatever comes next.
        self._busy = busy

    def _leave(self) -> None:
        self.keep_draft()
        self.left.emit()
