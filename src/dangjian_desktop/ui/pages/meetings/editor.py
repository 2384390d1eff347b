"""Recording one meeting on a whole page: facts and texts at the left, everyone due that day at the right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.kinds import MEETING
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.domain.values.clock_text import end_on

from ... import theme
from ...records import drafts
from ...records.attaching import with_files
from ...records.attachments import AttachmentStrip
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.date_editor import MomentEditor
from ...widgets.form import RecordForm
from ...widgets.labels import button, label, rule
from .attendance import PRESENT, AttendancePanel
from .drafts import new_draft_id

if TYPE_CHECKING:
    from dangjian_desktop.services.life.meetings import Attendee
    from dangjian_desktop.services.records.records import Saved, ShownRecord

DRAFT_EVERY = 3_000  # ms between two drafts while something changes
PREFILLED = ("place", "chair", "recorder", "guests")
_FIELDS = tuple(spec for spec in MEETING.fields if spec.editable)
_TALL = {"topics": 92, "resolutions": 92, "minutes": 200}
_WHO_IS_DUE = ("meeting_kind", "organisation", "group", "started_at")


class MeetingEditor(QWidget):
    """Edits a new or recorded meeting; `left` (nothing more to do here), `saved(id)`.

    `drafted(key, draft)` hands out what is not recorded yet, None where there is nothing of a person any more.
    """

    left = Signal()
    saved = Signal(str)
    drafted = Signal(str, object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.meeting = ""
        self._recorded: Mapping[str, Mapping[str, Any]] = {}
        self._prefill: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        self._token = 0
        self._marked = False
        self.draft_key = ""
        self._dirty = self._busy = self._due_pending = self._save_waits = False
        self._due_asked: tuple[Any, ...] | None = None
        self._due_shown: tuple[Any, ...] | None = None
        self._kept_marks: Mapping[str, Mapping[str, Any]] = {}
        self._build()
        self._timer = QTimer(self, interval=DRAFT_EVERY)
        self._timer.timeout.connect(self.keep_draft)
        self._pause = QTimer(self, singleShot=True, interval=200)
        self._pause.timeout.connect(self._ask_due)

    # What the page calls

    def begin(self, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
        """A new meeting with what is known of it; `names` says what chosen units are called."""
        self._start("", {}, names)
        self.form.load({})
        self._prefill = {}
        self.form.restore_draft(values, names)
        self.form.take_as_given()
        self._prefill_from_last()
        self._due_maybe_changed()
        asked = [name for name in ("meeting_kind", "organisation") if not values.get(name)]
        self.form.focus_field(asked[0] if asked else "started_at")

    def edit(self, view: ShownRecord) -> None:
        """A recorded meeting."""
        recorded = view.children.get("attendance", {})
        self._start(view.id, recorded, {k: view.printed.get(k, "") for k in ("organisation", "group")})
        self.form.load(view.values, view.printed)
        self._due_maybe_changed()
        self.form.focus_field("title")

    def resume(self, key: str, draft: Mapping[str, Any], view: ShownRecord | None) -> None:
        """Go on with the draft kept under `key`; `view` is the recorded meeting that it changes."""
        names = draft.get("names", {})
        if view is None:
            self._start("", {}, names)
            self.form.load({})
        else:
            self._start(view.id, view.children.get("attendance", {}), names)
            self.form.load(view.values, view.printed)
        self.draft_key = key
        self._kept_marks = draft.get("attendance", {})
        self._marked = bool(self._kept_marks)
        self.form.restore_draft(draft.get("values", {}), names)
        self._dirty = True
        self._due_maybe_changed()
        self.form.focus_field("minutes")

    def keep_draft(self) -> None:
        """Hand out a draft when something changed since the last."""
        if not self._dirty:
            return
        self._dirty = False
        if not (self.form.is_touched() or self._marked):
            self.drafted.emit(self.draft_key, None)
            self.draft_note.setText("")
            return
        values = self.form.changes()
        self.drafted.emit(
            self.draft_key,
            {
                "meeting": self.meeting,
                "values": values,
                "names": self._names | drafts.names_of(self.form, values),
                "attendance": self.attendance.model.marks(),
                "at": drafts.now(),
                "called": self.called(),
            },
        )
        self.draft_note.setText(f"草稿已存 {drafts.now()[-5:]}")

    def called(self) -> str:
        """Which meeting this is, as far as it is known: 2026-09-03支部党员大会（第一党支部）."""
        fields = self.form.fields
        day = self._day()
        kind, unit, group = (
            fields[name].editor.text()  # type: ignore[union-attr]
            for name in ("meeting_kind", "organisation", "group")
        )
        return f"{day or ''}{kind or '会议'}" + (f"（{unit}{group}）" if unit else "")

    def save(self) -> None:
        """Record the meeting; what is missing is pointed at first."""
        self._complete_end()
        if self._busy or not self.form.check():
            return
        if self._due_pending:
            # Without the list of that day the marks would be taken for removed.
            self._save_waits = True
            self._pause.start()
            return
        missing = self.attendance.model.without_reason()
        if missing:
            self.attendance.hint.setText(f"▲ 有 {len(missing)} 名请假的党员没有写原因，请补上。")
            self.attendance.view.write_reason(missing[0])
            return
        from dangjian_desktop.services.life import meetings

        office, meeting = self.context.office, self.meeting or None
        # Of a recorded meeting only what was touched is written: another desk may have changed the rest.
        typed = self.form.changes() if self.meeting else self.form.values()
        marks = self._marks()
        self._set_busy(True)
        self.context.runner.fetch(
            lambda: meetings.record_meeting(office, typed, marks, meeting=meeting),
            self._saved,
            failed=self._failed,
            owner=self,
            writes=True,
        )

    def _marks(self) -> dict[str, Mapping[str, Any]]:
        """Attendance to write; a mark that means the same stays the very one recorded, so it counts as untouched."""
        marks: dict[str, Mapping[str, Any]] = dict(self.attendance.model.marks())
        for member, mark in marks.items():
            was = self._recorded.get(member)
            if was and (was.get("presence"), was.get("reason") or "") == (mark["presence"], mark["reason"]):
                marks[member] = was
        return marks

    def leave(self) -> None:
        """Leave; what was typed stays as a draft."""
        self.keep_draft()
        self._timer.stop()
        self.left.emit()

    def summary(self) -> str:
        """What the undo bar says of the meeting just recorded."""
        kind = self.form.fields["meeting_kind"].editor.text()  # type: ignore[union-attr]
        counts = self.attendance.model.counts()
        return f"已记录{kind}：应到 {counts.due} 人，实到 {counts.present} 人"

    # Building

    def _build(self) -> None:
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(10), px(16), px(10))
        head.setSpacing(px(8))
        self.title = label("", "title")
        head.addWidget(self.title)
        self.late = label("", "warning")
        head.addWidget(self.late)
        head.addStretch(1)
        self.draft_note = label("", "small")
        head.addWidget(self.draft_note)
        for note in (self.late, self.draft_note):
            note.setMinimumWidth(1)
        head.addWidget(button("返回", self.leave, tip="Esc：离开，草稿保留"))
        self.go = button("记录", self.save, role="primary", icon_name="check", tip="Ctrl+S")
        head.addWidget(allowed(self.go, self.context.office.actor, WRITE, "meeting"))
        box.addLayout(head)
        box.addWidget(rule())
        row = QHBoxLayout()
        row.setSpacing(0)
        c = self.context
        self.form = RecordForm(_FIELDS, c.lookups, c.runner, c.dialogs)
        for name, height in _TALL.items():
            self.form.fields[name].editor.setFixedHeight(px(height))
        self.files = AttachmentStrip(c, "meeting", "先记录这次会议，再附照片、扫描件和PDF。")
        body = with_files(self.form, self.files)
        self.files.watch(body)
        row.addWidget(body, 5)
        row.addWidget(rule(upright=True))
        self.attendance = AttendancePanel()
        self.attendance.setMinimumWidth(px(272))
        self.form.setMinimumWidth(px(300))
        row.addWidget(self.attendance, 4)
        box.addLayout(row, 1)
        self._may = c.office.actor.may(WRITE, "meeting")
        self.form.set_read_only(not self._may)
        self.attendance.set_read_only(not self._may)
        self.form.changed.connect(self._edited)
        self.form.save_wanted.connect(self.save)
        begun, ended = (self.form.fields[name].editor for name in ("started_at", "ended_at"))
        assert isinstance(begun, MomentEditor)
        assert isinstance(ended, MomentEditor)
        ended.day = self._day
        begun.left.connect(self._take_end)
        ended.left.connect(self._complete_end)
        self.attendance.changed.connect(self._mark_touched)

    def _start(self, meeting: str, recorded: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> None:
        self.meeting, self._recorded = meeting, recorded
        self.files.show_for(meeting)
        self._names = dict(names)
        self._kept_marks = {}
        self._due_asked = self._due_shown = None
        self._dirty = self._save_waits = self._marked = False
        self.draft_key = meeting or new_draft_id()
        self._token += 1
        self._set_busy(False)
        self.attendance.say_nobody("先填召开党组织和开始时间，再列出当日应到人员。")
        verb = "修改" if meeting else "记录"
        self.title.setText(f"{verb if self._may else '查看'}组织生活")
        self.draft_note.setText("")
        self._timer.start()

    # Reacting

    def _edited(self, name: str) -> None:
        self._touched()
        if name in ("meeting_kind", "organisation") and not self.meeting:
            self._prefill_from_last()
        if name in _WHO_IS_DUE:
            self._due_maybe_changed()

    def _touched(self) -> None:
        self._dirty = True

    def _mark_touched(self) -> None:
        self._marked = True
        self._touched()

    def _reference(self, name: str) -> str | None:
        field = self.form.fields[name]
        value = field.editor.value()
        if not isinstance(value, str) or field.editor.problem():
            return None
        self._names[name] = field.editor.text()  # type: ignore[union-attr]
        return value

    def _day(self) -> date | None:
        editor = self.form.fields["started_at"].editor
        try:
            return date.fromisoformat(str(editor.value() or "")[:10])
        except ValueError:
            return None

    def _take_end(self) -> None:
        """A beginning typed with its end, 14:30-16:00, fills both; an end that was typed stays."""
        begun, ended = self.form.fields["started_at"].editor, self.form.fields["ended_at"].editor
        until = begun.until if isinstance(begun, MomentEditor) else ""
        if until and ended.value() is None:
            self.form.fill("ended_at", until, until.replace("T", " "))

    def _complete_end(self) -> None:
        """An end of only an hour, 16:00 or 4点, is on the day of the beginning."""
        begun, end = self.form.fields["started_at"].editor, self.form.fields["ended_at"]
        typed, start = str(end.editor.value() or ""), str(begun.value() or "")
        if not typed or begun.problem() or len(start) < len("2026-09-03"):
            return
        whole = end_on(start, start, typed)
        if whole is not None:
            end.editor.put(whole, whole.replace("T", " "))
            end.say("")

    def _chosen_kind(self) -> str | None:
        """The kind of meeting, or None while a name or its pinyin is still being typed."""
        editor = self.form.fields["meeting_kind"].editor
        return None if editor.problem() else editor.value()

    def _prefill_from_last(self) -> None:
        kind, unit = self._chosen_kind(), self._reference("organisation")
        if not kind or not unit:
            return
        from dangjian_desktop.services.life import meetings
        from dangjian_desktop.services.records import records

        office = self.context.office

        def look() -> ShownRecord | None:
            last = meetings.last_of_kind(office, unit, kind)
            return records.get(office, "meeting", last) if last else None

        token = self._token
        self.context.runner.fetch(look, lambda view: self._take_last(token, view), owner=self)

    def _take_last(self, token: int, view: ShownRecord | None) -> None:
        if view is None or token != self._token:
            return
        number = view.values.get("number")
        today = self.context.office.today().isoformat()
        offered = {name: view.values.get(name) for name in PREFILLED}
        offered["number"] = number + 1 if isinstance(number, int) else None
        started = str(view.values.get("started_at") or "")
        offered["started_at"] = f"{today} {started[11:16]}" if len(started) > 10 else None
        # Only what the person has not written over is replaced.
        fitting = {
            name: value
            for name, value in offered.items()
            if value is not None and self.form.fields[name].editor.value() in (None, self._prefill.get(name))
        }
        self.form.restore_draft(fitting, {name: str(value) for name, value in fitting.items()})
        self._prefill |= {name: self.form.fields[name].editor.value() for name in fitting}
        self.form.take_as_given(fitting)
        self.draft_note.setText(f"地点、主持人等按{view.values['started_at'][:10]}那次填好")
        self._due_maybe_changed()

    def _due_maybe_changed(self) -> None:
        self._due_pending = True
        self._pause.start()

    def _ask_due(self) -> None:
        unit, group, day = self._reference("organisation"), self._reference("group"), self._day()
        kind = self.form.fields["meeting_kind"].editor.value()
        self._show_late(day)
        if not unit or day is None:
            # A date half typed takes no marks away: those shown stay until another day is known.
            self._due_asked = None
            self._save_waits = False
            if not self.attendance.model.lines:
                self._due_pending = False
                self.attendance.say_nobody("先填召开党组织和开始时间，再列出当日应到人员。")
            return
        asked = (unit, group, day, kind)
        if asked == self._due_asked:
            if asked == self._due_shown:
                self._due_known()
            return
        self._due_asked = asked
        from dangjian_desktop.services.life import meetings

        office, recorded, token = self.context.office, self._recorded, self._token
        self.context.runner.fetch(
            lambda: meetings.due_list(office, unit, day, group=group, meeting_kind=kind, attendance=recorded),
            lambda people: self._take_due(token, asked, people),
            failed=lambda error: self._due_failed(token, error),
            owner=self,
        )

    def _due_failed(self, token: int, error: Exception) -> None:
        if token == self._token:
            self._due_asked = None
            self._save_waits = False
            self.context.dialogs.error(error)

    def _due_known(self) -> None:
        self._due_pending = False
        if self._save_waits:
            self._save_waits = False
            self.save()

    def _take_due(self, token: int, asked: tuple[Any, ...], people: list[Attendee]) -> None:
        if token != self._token or asked != self._due_asked:
            return
        self._due_shown = asked
        self.attendance.put(people, preset="" if self.meeting else PRESENT)
        if self._kept_marks:
            self.attendance.model.take(self._kept_marks)
            self.attendance.put(people, preset="")
            self._kept_marks = {}
        if not people and asked[2] < self.context.office.base_date:
            self.attendance.say_nobody(f"会议在建账日 {self.context.office.base_date} 以前，那时没有在册党员的名册。")
        self._due_known()

    def _show_late(self, day: date | None) -> None:
        from dangjian_desktop.services.life import meetings

        today = self.context.office.today().isoformat()
        late = day is not None and meetings.is_late({"started_at": day.isoformat(), "entered_on": today})
        held = f"会议 {day}，今天 {today} 录入" if day else ""
        self.late.setText(f"▲ 补录：{held}" if late and not self.meeting else "")

    def _saved(self, saved: Saved) -> None:
        self._set_busy(False)
        self._dirty = False
        self._timer.stop()
        self.saved.emit(saved.id)

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        self._dirty = True
        self.keep_draft()
        self.context.dialogs.error(error)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.go.setEnabled(not busy and self.context.office.actor.may(WRITE, "meeting"))
        self.go.setText("正在记录…" if busy else "记录")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves with a draft."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
