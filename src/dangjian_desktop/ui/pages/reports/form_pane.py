"""填上级表格 within 报表文书: opening a form, counting for scope and period, keeping its mapping, writing it filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from dangjian_desktop.domain.forms.form_mapping import FormMapping
from dangjian_desktop.domain.records.permissions import TEMPLATES, WRITE

from ....base.progress import Progress
from ...records.correction_dialog import send_corrections
from ...records.drafts import tell_kept
from ...shell.context import PageContext
from ...widgets.file_kinds import SAVE_WORKBOOK
from .choices import Asked
from .form_home import FormHome
from .form_work import FormWork

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.filling import FillResult, FormView, KeptForm
    from dangjian_desktop.services.forms.form_session import FormSession
    from dangjian_desktop.services.office.office import Office

_DRAFTS = "forms.drafts"
_MOST_DRAFTS = 5


class FormPane(QWidget):
    """Home and work surface; `asked` gives the answers about period and day.

    `wide(bool)`: whether the surface needs the room of the questions beside it.
    """

    wide = Signal(bool)

    def __init__(self, context: PageContext, asked: Callable[[], Asked]) -> None:
        super().__init__()
        self.context = context
        self._asked = asked
        self._shown_for: tuple[Any, ...] = ()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        box.addWidget(self.stack)
        self.home = FormHome(context)
        self.home.opened.connect(self.open)
        self.home.forgotten.connect(self._forget)
        self.home.sheets_wanted.connect(lambda: send_corrections(context, self))
        self.work = FormWork(context)
        self.work.left.connect(self.leave)
        self.work.save_wanted.connect(self.keep)
        self.work.fill_wanted.connect(self.fill)
        self.work.asked_wanted.connect(self._show_asked)
        self.stack.addWidget(self.home)
        self.stack.addWidget(self.work)
        self._front(self.home)
        self._open_questions = False

    # What the page does with it

    def enter(self) -> None:
        """Come to the front: list the known forms, or count again where scope or period moved."""
        if self.stack.currentWidget() is self.work:
            self.wide.emit(not self._open_questions)
            self._count_again()
        else:
            self._list()

    def stale(self) -> None:
        """The data have changed: what is on the screen is counted again when it comes to the front."""
        self._shown_for = ()

    def save(self) -> None:
        """Ctrl+S."""
        if self.stack.currentWidget() is self.work:
            self.keep()

    def keep_draft(self) -> None:
        """Keep what was pointed at and not yet kept, until the form is opened again."""
        session = self.work.session
        if session is None or not self.work.touched:
            return
        drafts = dict(self.context.shell.remembered(_DRAFTS, {}) or {})
        drafts.pop(session.view.form.fingerprint, None)
        drafts[session.view.form.fingerprint] = self.work.mapping.to_json()
        self.context.shell.remember(_DRAFTS, dict(list(drafts.items())[-_MOST_DRAFTS:]))
        tell_kept(self.context.shell, f"“{session.view.form.sheets[0].name}”表的填法")

    def _front(self, widget: QWidget) -> None:
        """Show one; the other asks for no room meanwhile, or a small screen would be too small for both."""
        for each in (self.home, self.work):
            policy = QSizePolicy.Policy.Preferred if each is widget else QSizePolicy.Policy.Ignored
            each.setSizePolicy(policy, policy)
        self.stack.setCurrentWidget(widget)

    # Opening

    def open(self, form: Path | str) -> None:
        """Open a form given as a file or as the fingerprint of a known one."""
        office, asked, scope = self.context.office, self._asked(), self.context.shell.scope()
        self._shown_for = (scope, asked.period, asked.on)

        def work(progress: Progress) -> FormSession:
            from dangjian_desktop.services.forms import filling

            progress.report(0, 3, "正在读表样")
            view = filling.inspect(office, form)
            progress.report(1, 3, "正在统计")
            return _session(office, view, scope, asked, progress)

        self.setEnabled(False)
        self.context.runner.start(
            "打开上级的表格",
            work,
            self._opened,
            failed=self._failed,
            cancelled=lambda: self.setEnabled(True),
            owner=self,
            writes=False,
        )

    def _opened(self, session: FormSession) -> None:
        self.setEnabled(True)
        view = session.view
        drafts = self.context.shell.remembered(_DRAFTS, {}) or {}
        mapping, note, dirty = _begin(session)
        if view.form.fingerprint in drafts:
            mapping = FormMapping.from_json(drafts[view.form.fingerprint])
            note, dirty = "接着上次没有记住的填法。" + ("" if view.repair is None else note), True
        self._front(self.work)
        self._show_asked(False)
        self.work.open(session, mapping, note, dirty=dirty)

    def _count_again(self) -> None:
        session, asked, scope = self.work.session, self._asked(), self.context.shell.scope()
        wanted = (scope, asked.period, asked.on)
        self._say_asked()
        if session is None or wanted == self._shown_for:
            return
        self._shown_for = wanted
        office, view = self.context.office, session.view

        def take(found: FormSession) -> None:
            if wanted == self._shown_for and self.work.session is not None:
                # The mapping may have been kept meanwhile.
                found.view = self.work.session.view
                self.work.take(found)

        self.context.runner.start(
            "重新统计",
            lambda progress: _session(office, view, scope, asked, progress),
            take,
            failed=self._failed,
            cancelled=self.stale,
            owner=self,
            writes=False,
        )

    # Leaving

    def leave(self) -> None:
        """Back to the known forms; what is not kept stays as a draft."""
        self.keep_draft()
        self._front(self.home)
        self.work.session = None
        self.wide.emit(False)
        self._list()

    def _list(self) -> None:
        office = self.context.office

        def read() -> list[KeptForm]:
            from dangjian_desktop.services.forms import filling

            return filling.forms(office)

        self.context.runner.fetch(read, self.home.put, owner=self)

    def _forget(self, form: KeptForm) -> None:
        office, detail = self.context.office, "以后打开同样的表要重新指格子。上级的文件和已经填好的文件都不动。"
        if not self.context.dialogs.confirm(f"不再记“{form.name}”的填法？", detail, yes="不再记", danger=True):
            return

        def forget() -> None:
            from dangjian_desktop.services.forms import filling

            filling.forget(office, form.fingerprint)

        self.context.runner.fetch(
            forget, lambda _none: self._list(), failed=self.context.dialogs.error, owner=self, writes=True
        )

    # Keeping and writing

    def keep(self) -> None:
        """Keep the mapping under the form, for the next time."""
        session, mapping, office = self.work.session, self.work.mapping, self.context.office
        if session is None or not office.actor.may(WRITE, TEMPLATES):
            return

        def work() -> None:
            _keep(office, session.view, mapping)

        def done(_none: object) -> None:
            self._settled(session, mapping)
            self.context.shell.done(f"已记住“{session.view.form.name}”的填法")

        self.context.runner.fetch(work, done, failed=self.context.dialogs.error, owner=self, writes=True)

    def fill(self) -> None:
        """Ask where to, write the filled form, and keep the mapping with it."""
        session, mapping, office = self.work.session, self.work.mapping, self.context.office
        if session is None or not self._period_meant(session):
            return
        target = self.context.dialogs.save_file("填好的表存到", self._name(session), SAVE_WORKBOOK)
        if target is None:
            return
        if target.suffix.lower() not in (".xlsx", ".xlsm"):
            target = target.with_name(target.name + ".xlsx")
        asked, scope, dirty = self._asked(), self.context.shell.scope(), self.work.dirty

        def write(progress: Progress) -> FillResult:
            from dangjian_desktop.services.forms import filling

            made = filling.fill(
                office,
                session.view,
                target,
                scope=scope,
                period=asked.period,
                on=asked.on,
                mapping=mapping,
                masked=asked.masked,
                reason=asked.reason,
                progress=progress,
            )
            if (dirty or session.view.saved is None) and office.actor.may(WRITE, TEMPLATES):
                _keep(office, session.view, mapping)
            return made

        self.context.runner.start(
            "填上级表格", write, lambda made: self._filled(session, mapping, made), failed=self._failed, owner=self
        )

    def _period_meant(self, session: FormSession) -> bool:
        """Ask where the form's own title names another period than the one that is filled."""
        if not session.other_periods:
            return True
        detail = "\n".join(session.other_periods) + "\n上级的表头不会改动。要换期间，点“取消”，再点“改期间和范围”。"
        question = f"表上写的期间不是{session.period}，照填吗？"
        return self.context.dialogs.confirm(question, detail, yes="照填")

    def _filled(self, session: FormSession, mapping: FormMapping, made: FillResult) -> None:
        if self.context.office.actor.may(WRITE, TEMPLATES):
            self._settled(session, mapping)
        self.work.show_unfilled()
        path, left = made.path, sum(line.mapped for line in made.unfilled)
        differing = sum(check.status == "differs" for check in made.checks)
        parts = [f"▲ {left} 处没填上"] if left else []
        parts += [f"× {differing} 个公式要核对"] if differing else []
        told = f"。{'，'.join(parts)}，见右边" if parts else ""
        self.context.shell.done(
            f"已存为“{path.name}”{told}",
            undo=False,
            offers=(
                ("打开看看", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))),
                ("打开文件夹", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))),
            ),
        )

    def _settled(self, session: FormSession, mapping: FormMapping) -> None:
        """The form is a known one now."""
        fingerprint = session.view.form.fingerprint
        drafts = dict(self.context.shell.remembered(_DRAFTS, {}) or {})
        if drafts.pop(fingerprint, None) is not None:
            self.context.shell.remember(_DRAFTS, drafts)
        now = self.work.session
        if now is None or now.view.form.fingerprint != fingerprint or self.work.mapping != mapping:
            return
        now.view = replace(now.view, saved=mapping, repair=None, previous=None)
        self.work.kept(now, "这张表的填法已经记住，下次打开就带上。")

    def _name(self, session: FormSession) -> str:
        """Beside the form itself, under its own name with the period."""
        form = session.view.form
        stem, suffix = Path(form.name).stem, Path(form.name).suffix or ".xlsx"
        name = f"{stem}（{session.period}填）{suffix}"
        return str(session.view.path.with_name(name)) if session.view.path is not None else name

    def _failed(self, error: Exception) -> None:
        self.setEnabled(True)
        self.context.dialogs.error(error)

    # Whom and when

    def _show_asked(self, shown: bool) -> None:
        self._open_questions = shown
        self.wide.emit(not shown)
        self._say_asked()

    def _say_asked(self) -> None:
        asked = self._asked()
        period = self.work.session.period if self.work.session else ""
        if self.work.session is None or asked.period is not None:
            from dangjian_desktop.domain.values.periods import parse_period

            period = parse_period(asked.period).label if asked.period else period
        day = f"，截至{asked.on}" if asked.on else ""
        day += "" if asked.masked else "，存出的表里证件号和电话显示全文（屏幕上仍隐去）"
        self.work.show_asked(f"{self.context.shell.scope_name()}　{period}{day}", shown=self._open_questions)


def _session(office: Office, view: FormView, scope: str | None, asked: Asked, progress: Progress) -> FormSession:
    from dangjian_desktop.services.forms.form_session import FormSession

    made = FormSession(office, view, scope=scope, period=asked.period, on=asked.on)
    progress.report(2, 3, "正在对标题")
    made.warm()
    return made


def _keep(office: Office, view: FormView, mapping: FormMapping) -> None:
    from dangjian_desktop.services.forms import filling

    filling.save_mapping(office, view, mapping)


def _begin(session: FormSession) -> tuple[FormMapping, str, bool]:
    """What a form is filled with when it is opened, what to say about it, and whether that is yet to be kept."""
    view = session.view
    if view.saved is not None:
        return view.saved, "认得这张表，上次的填法已经带上。", False
    if view.repair is not None and view.previous is not None:
        told = f"▲ 这张表和记住的“{view.previous.name}”不一样了，已按标题重新对应。"
        return view.repair.mapping, f"{told}请看右边“改动”，核对后点“记住填法”。", True
    found = session.suggested.mapping
    count = len(found.cells) + sum(len(target.columns) for target in found.lists)
    guessed = f"已按标题替您指好 {count} 处（绿底），请核对；" if count else ""
    return found, f"第一次见这张表。{guessed}其余的点一下格子，再在右边选填什么。", bool(count)
