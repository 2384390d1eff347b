"""Small stand-ins for what the window's parts are given: a source of records, look-ups, answered dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.ui.widgets.dialogs import three_lines
from dangjian_desktop.ui.widgets.lookups import Choice, Reading
from dangjian_desktop.ui.widgets.record_model import ColumnFilter

FIELDS = (
    FieldSpec("name", "姓名", required=True, table=True, group="基本信息"),
    FieldSpec("sex", "性别", FieldType.CODE, codes="sex", required=True, table=True, group="基本信息"),
    FieldSpec("joined_on", "入党日期", FieldType.DATE, table=True, group="党籍", rule="以支部大会通过之日为准。"),
    FieldSpec("phone", "手机", FieldType.PHONE, sensitive=True, table=True, group="联系"),
    FieldSpec("organisation", "所在党支部", FieldType.ORGANISATION, group="党籍"),
    FieldSpec("note", "备注", FieldType.LONG_TEXT, group="联系"),
)
SURNAMES = "张王李赵钱孙周吴郑冯"


def people(count: int) -> list[dict[str, str]]:
    """Synthetic people with running ids."""
    return [
        {
            "id": f"id{row:06d}",
            "name": f"{SURNAMES[row % 10]}{row:05d}",
            "sex": "男" if row % 3 else "女",
            "joined_on": f"{1960 + row % 60}-07-01",
            "phone": "138****5678",
            "organisation": f"第{row % 7}党支部",
            "note": "",
        }
        for row in range(count)
    ]


class FakeSource:
    """Records in memory; counts its calls so that tests can see what was asked."""

    def __init__(self, count: int = 1000) -> None:
        self.columns: Sequence[FieldSpec] = FIELDS
        self.people = people(count)
        self.asked: list[tuple[Any, ...]] = []
        self.pages: list[int] = []

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        self.asked.append((tuple(order), tuple(filters), text))
        found = [row for row in self.people if text in row["name"] and all(_fits(row, item) for item in filters)]
        for field, descending in reversed(order):
            found.sort(key=lambda row: row[field], reverse=descending)
        return [row["id"] for row in found]

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        self.pages.append(len(ids))
        wanted = set(ids)
        return [{"id": row["id"]} | {f: row[f] for f in fields} for row in self.people if row["id"] in wanted]


def _fits(row: dict[str, str], item: ColumnFilter) -> bool:
    value = row[item.field]
    if item.op == "contains":
        return str(item.value) in value
    if item.op == "in":
        assert isinstance(item.value, tuple)
        return {"男": "1", "女": "2"}.get(value, value) in item.value
    if item.op == "ge":
        return value >= str(item.value)
    raise AssertionError(item.op)


class FakeLookups:
    """A code list of sexes, two units, and dates written with dots."""

    def choices(self, codes: str) -> Sequence[Choice]:
        assert codes == "sex"
        return (Choice("1", "男"), Choice("2", "女"))

    def today(self) -> date:
        return date(2026, 9, 30)

    def chosen(self) -> str | None:
        return None

    def find(self, spec: FieldSpec, text: str, near: str | None = None) -> Sequence[Choice]:
        units = (Choice("o1", "春天社区第一党支部", "ctsqdydzb"), Choice("o2", "九十墩社区党委", "jsdsqdw"))
        return [unit for unit in units if text in unit.label or text in unit.keys]

    def read(self, spec: FieldSpec, text: str) -> Reading:
        shown = text.replace(".", "-")
        if spec.type is FieldType.DATE and not shown.replace("-", "").isdigit():
            return Reading(None, text, "看不懂这个日期，请写成 2021-07-16、2021-07 或 1998。")
        return Reading(shown, shown)


class ScriptedDialogs:
    """Answers questions from a list and keeps what was said."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.said: list[tuple[str, ...]] = []

    def _next(self, *said: str) -> Any:
        self.said.append(said)
        return self.answers.pop(0) if self.answers else None

    def _text(self, *said: str) -> str | None:
        answer = self._next(*said)
        assert answer is None or isinstance(answer, str)
        return answer

    def _path(self, *said: str) -> Path | None:
        answer = self._next(*said)
        assert answer is None or isinstance(answer, Path)
        return answer

    def message(self, happened: str, effect: str = "", advice: str = "", *, level: str = "info") -> None:
        self.said.append((level, happened, effect, advice))

    def error(self, error: BaseException) -> None:
        self.said.append(("error", *three_lines(error)))

    def confirm(self, question: str, detail: str = "", *, yes: str = "确定", danger: bool = False) -> bool:
        return bool(self._next("confirm", question))

    def choose(
        self, question: str, options: Sequence[tuple[str, str]], detail: str = "", *, danger: bool = False
    ) -> str | None:
        return self._text("choose", question)

    def ask(self, question: str, value: str = "", *, detail: str = "", secret: bool = False) -> str | None:
        return self._text("ask", question)

    def reason(self, what: str) -> str | None:
        return self._text("reason", what)

    def open_file(self, title: str, filters: str = "") -> Path | None:
        return self._path("open", title)

    def open_files(self, title: str, filters: str = "") -> list[Path]:
        return list(self._next("open files", title) or ())

    def save_file(self, title: str, name: str = "", filters: str = "") -> Path | None:
        return self._path("save", title)

    def folder(self, title: str) -> Path | None:
        return self._path("folder", title)

    def run(self, dialog: Any) -> bool:
        answer = self._next("run", type(dialog).__name__)
        return bool(answer(dialog) if callable(answer) else answer)


def commit(widget: QWidget, text: str) -> None:
    """Put Chinese text in the way an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)
