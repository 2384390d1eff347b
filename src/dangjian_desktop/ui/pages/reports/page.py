"""The page of 报表文书: catalogue and questions at the left, the very pages at the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.changes import ChangeSet

from ....base.progress import Progress
from ... import theme
from ...shell.context import Page, PageContext
from ...widgets.empty_state import EmptyState
from ...widgets.job import Job
from ...widgets.labels import label, rule
from ...widgets.page_parts import menu_button
from ...widgets.pdf_preview import PdfPreview, pages_of
from ...widgets.print_dialog import PrintDialog, print_pages
from .choices import Choices
from .each import save_each
from .editing import ChangedLine, WordsPlace, offer_formats
from .figures_pane import FiguresPane
from .report_list import ReportLine, ReportList

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue
    from dangjian_desktop.services.office.office import Office
    from dangjian_desktop.services.reports.previewing import Preview
    from dangjian_desktop.services.reports.reports import Produced, ReportSpec

    from .form_pane import FormPane

FIGURES, FORMS = "figures", "forms"
WAIT = 150  # ms after the last answer before the report is made anew
_LAST = "reports.last"
_WAITING, _PAPER, _FIGURES = range(3)


class ReportsPage(Page):
    """Shows reports as they will be printed, prints and saves them, and lists the figures."""

    help = (
        "左边选报表，右边就是要打印的那份文件。范围在组织树里选；季报默认出最近一个季度。"
        "Ctrl+P 打印，可选页码、A3/A4、双面。“保存”写成 PDF 和 Excel（工作总结是 Word），放进您选的文件夹；"
        "其中“每个党组织一份”一次出许多份。"
        "“改文字”改季报和工作总结里的话，带框的数由程序填。"
        "“填上级表格”：打开上级发来的 Excel 表，点格子、选填什么，另存成填好的一份；指过一次，下次认得。"
        "证件号和电话默认隐去中间几位。“统计数”里每个数都写着口径，双击能看到是哪些人、哪些组织。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._specs: dict[str, ReportSpec] = {}
        self._first = str(context.shell.remembered(_LAST, "quarterly"))
        self._token = 0
        self._job: Job | None = None
        self._fresh = False
        self._warnings: list[str] = []
        self._shown: Preview | None = None
        self._forms: FormPane | None = None
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=WAIT)
        self._pause.timeout.connect(self._make)
        # The reports bring the paper along; they are imported where nobody waits.
        context.runner.fetch(lambda: _catalogue(context.office), self._take_catalogue, owner=self)

    # What the window asks

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Come to the front, with `report` on that one."""
        wanted = str(arguments.get("report", ""))
        if wanted:
            self.words.close()
        if not self._specs:
            self._first = wanted or self._first
        elif wanted and wanted != self.name():
            self.choose(wanted)
        elif not self._fresh:
            self._ask()

    def place(self) -> Mapping[str, Any]:
        """The report that is chosen."""
        return {"report": self.name()} if self.name() else {}

    def scope_changed(self, organisation: str | None) -> None:  # noqa: ARG002 (the contract's signature)
        """Another part of the tree."""
        self._fresh = False
        self._ask()

    def refresh(self, changes: Sequence[ChangeSet]) -> None:  # noqa: ARG002 (the contract's signature)
        """Anything may have moved a figure."""
        self._fresh = False
        if self._forms is not None:
            self._forms.stale()
        self._ask()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Print, save, refresh; what was pointed at in a superior's form is kept."""
        return {"print": self.print_out, "export": self.save, "save": self._keep, "refresh": self._make}

    def may_leave(self) -> bool:
        """What was pointed at in a form or written in a text stays as a draft."""
        if self.words.editor is not None:
            self.words.editor.keep_draft()
        if self._forms is not None:
            self._forms.keep_draft()
        return True

    # What the person does

    def name(self) -> str:
        """The chosen report, or `figures`."""
        return self.names.name() or FIGURES

    def choose(self, name: str) -> None:
        """Choose a report by name."""
        self.names.choose(name)

    def print_out(self) -> None:
        """Ask how to print the pages shown and print them as a job."""
        if self.words.editor is not None:
            self.words.editor.look()
            return
        pages = self.paper.pages
        if self.right.currentIndex() != _PAPER or pages is None:
            self.context.dialogs.message("还没有可打印的页。", "", "请先在左边选一份报表，等它显示出来。")
            return
        if self._warnings:
            advice = "可以改好这条资料再打印，也可以照样打印。"
            self.context.dialogs.message("有的字没有字形，会印成“〓”。", "\n".join(self._warnings), advice)
        self.changed.show_all()
        dialog = PrintDialog(pages, self.paper.canvas.current(), self)
        if self.context.dialogs.run(dialog):
            order = dialog.order()
            self.context.runner.start(
                "打印",
                lambda progress: print_pages(pages, order, progress),
                self._printed,
                failed=self.context.dialogs.error,
                owner=self,
                writes=False,
            )
        dialog.deleteLater()

    def _printed(self, count: int) -> None:
        self.context.shell.done(f"已送到打印机：{count} 页", undo=False)
        shown = self._shown
        if shown is not None:
            self.context.runner.fetch(shown.printed, lambda _none: self.changed.hide(), owner=self, writes=True)

    def save(self, formats: Sequence[str] | None = None) -> None:
        """Write the report into a folder, in all its formats unless told otherwise."""
        spec = self._specs.get(self.name())
        if self.name() == FORMS and self._forms is not None:
            self._forms.fill()
            return
        if spec is None:
            self.context.dialogs.message("统计数不单独保存。", "", "请选一份报表再保存；报表里的数就是这些统计数。")
            return
        folder = self.context.dialogs.folder("保存到哪个文件夹")
        if folder is None:
            return
        office, scope, asked, name = self.context.office, self.context.shell.scope(), self.choices.asked(), spec.name

        def write(progress: Progress) -> Produced:
            from dangjian_desktop.services.reports import reports

            return reports.make(
                office,
                asked.request(name, scope),
                folder,
                formats=formats,
                progress=progress,
            )

        self.context.runner.start(
            f"保存{spec.title}",
            write,
            self._saved,
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    # Building

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.right = QStackedWidget()
        self.words = WordsPlace(self.context, self.right, self._widen, self._make, self._edit_words)
        self._left = self._build_left()
        self._left_rule = rule(upright=True)
        row.addWidget(self._left)
        row.addWidget(self._left_rule)
        self._message = QWidget()
        self._message_box = QVBoxLayout(self._message)
        self.right.addWidget(self._message)
        self.paper = PdfPreview(self.context.runner)
        self.paper.print_wanted.connect(lambda _pages: self.print_out())
        self.right.addWidget(self.paper)
        self.changed = ChangedLine(self.context, self.paper)
        self.figures = FiguresPane(self.context)
        self.right.addWidget(self.figures)
        row.addWidget(self.right, 1)
        self._say("正在生成…", "")

    def _build_left(self) -> QWidget:
        px = theme.current().px
        left = QWidget()
        left.setFixedWidth(px(256))
        box = QVBoxLayout(left)
        box.setContentsMargins(px(16), px(12), px(12), px(12))
        box.setSpacing(px(8))
        box.addWidget(label("报表文书", "title"))
        self.names = ReportList()
        self.list = self.names.list
        self.names.chosen.connect(self._chosen)
        box.addWidget(self.names, 1)
        box.addWidget(rule())
        self.choices = Choices(self.context)
        self.choices.changed.connect(self._ask)
        box.addWidget(self.choices)
        both = (
            ("PDF 和 Excel…", self.save),
            ("只要 PDF…", lambda: self.save(("pdf",))),
            ("只要 Excel…", lambda: self.save(("xlsx",))),
            ("只要 Word…", lambda: self.save(("docx",))),
            None,
            ("每个党组织一份…", lambda: save_each(self, self._specs.get(self.name()), self.choices.asked())),
        )
        self.save_button = menu_button("保存", both, icon_name="export")
        foot = QHBoxLayout()
        foot.addWidget(self.save_button, 1)
        foot.addWidget(self.words.button, 1)
        box.addLayout(foot)
        return left

    def _take_catalogue(self, specs: Sequence[ReportSpec]) -> None:
        self._specs = {spec.name: spec for spec in specs}
        # First, where they are in sight on a small screen and below many ledgers too.
        first = [
            ReportLine(FORMS, "填上级表格", "上级发来的 Excel 表：点格子，说填哪个数；指过一次，以后自动填。"),
            ReportLine(FIGURES, "统计数", "每个统计数的口径，和它背后的名单。"),
        ]
        self.names.fill([*first, *(ReportLine(spec.name, spec.title, spec.description, spec.group) for spec in specs)])
        if not self.names.choose(self._first):
            self.names.choose(specs[0].name)

    # Making

    def _chosen(self) -> None:
        name = self.name()
        forms = name == FORMS
        self.choices.show_for(self._specs.get(name), usual="quarter" if forms else "year", masks=forms)
        self.save_button.setEnabled(name != FIGURES)
        self.save_button.setVisible(not forms)
        self.words.show_for(self._specs.get(name))
        offer_formats(self.save_button, self._specs.get(name))
        self.context.shell.remember(_LAST, name)
        self._ask()

    def _ask(self) -> None:
        self._fresh = False
        self.choices.show_scope(self.context.shell.scope_name())
        self._pause.start()

    def _make(self) -> None:
        self._pause.stop()
        if not self._specs or self.words.figures_moved():
            return
        self._token += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.figures.close_behind()
        name = self.name()
        self._widen(False)
        if name == FORMS:
            self._show_forms()
        elif name == FIGURES:
            self._fetch_figures(self._token)
        else:
            self._draw(self._token, self._specs[name])

    def _edit_words(self) -> None:
        self.words.open(self._specs.get(self.name()), self.choices.asked())

    # Superiors' forms

    def _show_forms(self) -> None:
        if self._forms is None:
            from .form_pane import FormPane

            self._forms = FormPane(self.context, self.choices.asked)
            self._forms.wide.connect(self._widen)
            self.right.addWidget(self._forms)
        self._fresh = True
        self.right.setCurrentWidget(self._forms)
        self._forms.enter()

    def _widen(self, wide: bool) -> None:
        """A form that is being filled needs the room of the list and the questions."""
        self._left.setVisible(not wide)
        self._left_rule.setVisible(not wide)

    def _keep(self) -> None:
        if self.words.editor is not None:
            self.words.editor.save()
        elif self._forms is not None and self.name() == FORMS:
            self._forms.save()

    def _draw(self, token: int, spec: ReportSpec) -> None:
        office, scope, asked, name = self.context.office, self.context.shell.scope(), self.choices.asked(), spec.name

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import previewing

            return previewing.preview(
                office,
                asked.request(name, scope),
                progress=progress,
            )

        self._say(f"正在生成《{spec.title}》…", "")
        self._job = self.context.runner.start(
            spec.title,
            draw,
            lambda made: self._show_pages(token, made),
            failed=lambda error: self._failed(token, error),
            cancelled=lambda: self._cancelled(token),
            owner=self,
            writes=False,
        )

    def _show_pages(self, token: int, made: Preview) -> None:
        if token != self._token:
            return
        self._job, self._fresh, self._warnings, self._shown = None, True, made.warnings, made
        self.changed.tell_of(made)
        self.right.setCurrentIndex(_PAPER)
        self.paper.put(pages_of(made))

    def _fetch_figures(self, token: int) -> None:
        office, scope, asked = self.context.office, self.context.shell.scope(), self.choices.asked()

        def compute() -> list[FigureValue]:
            from dangjian_desktop.services.reports import figures

            return figures.compute(office, scope=scope, period=asked.period, on=asked.on)

        self._say("正在统计…", "")
        self.context.runner.fetch(
            compute,
            lambda found: self._show_figures(token, found),
            failed=lambda error: self._failed(token, error),
            owner=self,
        )

    def _show_figures(self, token: int, found: Sequence[FigureValue]) -> None:
        if token != self._token:
            return
        self._fresh = True
        self.figures.put(found, self.choices.period.currentText())
        self.right.setCurrentIndex(_FIGURES)

    def _failed(self, token: int, error: Exception) -> None:
        from ...widgets.dialogs import three_lines

        if token == self._token:
            happened, effect, advice = three_lines(error)
            wrong = getattr(error, "code", "") == "template_faults"
            offers = (("改文字", self._edit_words),) if wrong else ()
            self._say(happened, " ".join(part for part in (effect, advice) if part), icon="warning", offers=offers)

    def _cancelled(self, token: int) -> None:
        if token == self._token:
            self._say("没有生成，已经停下。", "", offers=(("重新生成", self._make),))

    def _say(
        self, words: str, hint: str, *, icon: str = "report", offers: Sequence[tuple[str, Callable[[], object]]] = ()
    ) -> None:
        while (item := self._message_box.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        self._message_box.addWidget(EmptyState(words, hint, offers, icon_name=icon))
        self.right.setCurrentIndex(_WAITING)

    def _saved(self, made: Produced) -> None:
        names = "、".join(path.name for path in made.paths)
        folder = made.paths[0].parent
        if made.warnings:
            self.context.dialogs.message("已保存，请留意：", "", "\n".join(made.warnings))
        self.context.shell.done(
            f"已保存：{names}",
            undo=False,
            offers=(("打开文件夹", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))),),
        )


def _catalogue(office: Office) -> list[ReportSpec]:
    from dangjian_desktop.services.reports import reports

    return [spec for spec in reports.catalogue(office) if not spec.needs_id]
