"""Preview and printing: pages in sight only, page ranges, what goes to the printer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.ui.shell.preview_window import PreviewWindow
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.pdf_preview import PdfPages, PdfPreview
from dangjian_desktop.ui.widgets.print_dialog import PrintDialog, PrintOrder, parse_range, print_pages
from ui.bot import Bot
from ui.ui_fakes import ScriptedDialogs

A4 = (595.28, 841.89)


def make_pages(count: int, asked: list[int] | None = None, size: tuple[float, float] = A4) -> PdfPages:
    def render(index: int, scale: float) -> tuple[int, int, bytes]:
        if asked is not None:
            asked.append(index)
        width, height = max(1, round(size[0] * scale / 8)), max(1, round(size[1] * scale / 8))
        return width, height, b"\x80\x80\x80\xff" * (width * height)

    return PdfPages([size] * count, render)


def test_only_pages_in_sight_are_drawn(qtbot: Bot, runner: JobRunner) -> None:
    asked: list[int] = []
    preview = PdfPreview(runner)
    qtbot.addWidget(preview)
    preview.resize(700, 500)
    preview.show()
    preview.put(make_pages(80, asked))
    qtbot.waitUntil(lambda: 0 in asked)
    assert preview.place.text() == "第 1 页，共 80 页"
    assert max(asked) < 12
    preview.strip.picked.emit(60)
    qtbot.waitUntil(lambda: 60 in asked)
    assert preview.place.text() == "第 61 页，共 80 页"


def test_a_preview_is_saved_where_the_person_says(qtbot: Bot, runner: JobRunner, tmp_path: Path) -> None:
    written: list[Path] = []

    def save(path: Path, _progress: Progress) -> Path:
        written.append(path)
        return path

    pages = replace(make_pages(1), title="会议记录", formats=("pdf", "docx"), file_name="一支部_会议记录", save=save)
    dialogs = ScriptedDialogs(tmp_path / "记录")
    window = PreviewWindow(pages, runner, dialogs, None)
    qtbot.addWidget(window)
    window.show()
    entries = window.preview.save_button.menu().actions()
    assert [entry.text() for entry in entries] == ["PDF…", "Word…"]
    assert window.preview.save_button.isVisible()
    entries[1].trigger()
    qtbot.waitUntil(lambda: len(dialogs.said) == 2)
    assert written == [tmp_path / "记录.docx"]
    assert dialogs.said[1][1] == "已保存为“记录.docx”。"


def test_what_is_only_printed_offers_no_saving(qtbot: Bot, runner: JobRunner) -> None:
    window = PreviewWindow(make_pages(1), runner, ScriptedDialogs(), None)
    qtbot.addWidget(window)
    window.show()
    assert not window.preview.save_button.isVisible()


def test_zoom_keeps_the_page(qtbot: Bot, runner: JobRunner) -> None:
    preview = PdfPreview(runner)
    qtbot.addWidget(preview)
    preview.resize(700, 500)
    preview.show()
    preview.put(make_pages(9))
    preview.strip.picked.emit(4)
    before = preview.canvas.zoom
    preview._step(1)
    assert preview.canvas.zoom > before
    assert preview.canvas.current() == 4


@pytest.mark.parametrize(
    ("text", "pages"), [("", (0, 1, 2, 3, 4)), ("1-3，5", (0, 1, 2, 4)), ("4-", (3, 4)), ("2", (1,)), ("1,1", (0,))]
)
def test_page_ranges_as_people_write_them(text: str, pages: tuple[int, ...]) -> None:
    assert parse_range(text, 5) == pages


@pytest.mark.parametrize("text", ["0", "6", "3-2", "甲", "1-9"])
def test_impossible_pages_are_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_range(text, 5)
    assert caught.value.code == "bad_pages"


def test_chosen_pages_go_out_in_their_size(tmp_path: Path) -> None:
    target = tmp_path / "出.pdf"
    said: list[str] = []
    progress = Progress(lambda done, total, text: said.append(text))
    order = PrintOrder(pages=(0, 2), paper="A3", fit=False, file=str(target))
    assert print_pages(make_pages(3), order, progress) == 2
    made = PdfReader(target)
    assert len(made.pages) == 2
    assert [round(float(side)) for side in made.pages[0].mediabox[2:]] == [842, 1191]
    assert said[0] == "正在打印第 1 页"


def test_wide_pages_turn_the_paper(tmp_path: Path) -> None:
    target = tmp_path / "横.pdf"
    print_pages(make_pages(1, size=(842.0, 595.0)), PrintOrder(pages=(0,), file=str(target)), Progress())
    box = PdfReader(target).pages[0].mediabox
    assert box.width > box.height


def test_printing_can_be_cancelled(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        print_pages(make_pages(3), PrintOrder(pages=(0, 1), file=str(tmp_path / "x.pdf")), progress)


def test_dialog_without_a_printer_says_so(qtbot: Bot) -> None:
    dialog = PrintDialog(make_pages(3))
    qtbot.addWidget(dialog)
    if not dialog.printer.count():
        assert "没有装打印机" in dialog.fault.text()
        assert not dialog.go.isEnabled()
    dialog.range.setText("9")
    dialog._accept()
    assert "9" in dialog.fault.text()


def test_the_dialog_says_what_type_is_used_and_what_has_none(qtbot: Bot) -> None:
    warnings = ["第1行“某”字没有字形。"] * 6
    dialog = PrintDialog(PdfPages([A4], make_pages(1).render, "请示", warnings, "字体：仿宋用本机的simfang.ttf。"))
    qtbot.addWidget(dialog)
    assert dialog.faces.text() == "字体：仿宋用本机的simfang.ttf。"
    assert dialog.warnings.text().splitlines()[-1] == "等，共 6 处。"
    plain = PrintDialog(make_pages(1))
    qtbot.addWidget(plain)
    assert plain.warnings.isHidden() and plain.faces.isHidden()
