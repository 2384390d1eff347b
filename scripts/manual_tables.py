"""Write the lists of the documents that come from the code: figures and keys, and the commands.

`python scripts/manual_tables.py` rewrites them between their marks in `docs/使用手册.md`, `docs/统计数.md` and
`docs/命令行.md`; a test compares them.
"""

from __future__ import annotations

import re
import tempfile
from datetime import date
from itertools import groupby
from pathlib import Path

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.cli import grammar
from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.services.office import opening
from dangjian_desktop.services.reports import figures
from dangjian_desktop.ui.shell.actions import FIELD, PAGE, WINDOW
from dangjian_desktop.ui.shell.help_sheet import keys_of

_DOCUMENTS = Path(__file__).resolve().parents[1] / "docs"
MANUAL, COMMAND_LINE, FIGURES = (_DOCUMENTS / f"{name}.md" for name in ("使用手册", "命令行", "统计数"))
_KEY_NAMES = {"Return": "回车", "Space": "空格", "PgDown": "PgDn", "Down": "↓"}


def registry() -> list[FigureValue]:
    """Every figure of an empty file, in the order of the list: which ones there are does not depend on the data."""
    with tempfile.TemporaryDirectory() as folder:
        office, _key = opening.create_office(
            Path(folder) / "空.djd",
            name="街道",
            account="管理员",
            password="只用一次的密码1",
            clock=Clock(date(2026, 9, 30)),
        )
        try:
            return figures.compute(office)
        finally:
            office.close()


def figures_table() -> str:
    """The figures by topic: key, label, definition."""
    parts = []
    for topic, group in groupby(registry(), key=lambda figure: figure.topic):
        lines = [f"**{topic}**", "", "| 名称 | 口径 | 键 |", "|---|---|---|"]
        lines += [f"| {f.label}（{f.unit}） | {f.definition} | `{f.key}` |" for f in group]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def keys_table() -> str:
    """The keys by where they work."""
    parts = []
    for where in (WINDOW, PAGE, FIELD):
        lines = [f"**{where}**", "", "| 按键 | 作用 | 说明 |", "|---|---|---|"]
        lines += [f"| {_shown(spec.shortcut)} | {spec.text} | {spec.hint} |" for spec in keys_of(where)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _shown(shortcut: str) -> str:
    # The plus sign itself may be a key: only those between two names divide.
    return "+".join(_KEY_NAMES.get(part, part) for part in re.split(r"(?<=\w)\+", shortcut))


def common_table() -> str:
    """The options of every command."""
    return "\n".join(["| 参数 | 作用 |", "|---|---|", *map(_argument_row, grammar.COMMON)])


def commands_table() -> str:
    """All commands, each with its arguments below it; those that explain themselves by their usage are left out."""
    lines = ["| 命令和参数 | 作用 |", "|---|---|"]
    for name, command in grammar.COMMANDS.items():
        lines.append(f"| **`{_cell(f'{name} {command.usage}'.strip())}`** | **{_cell(command.help)}** |")
        lines += [_argument_row(argument) for argument in command.arguments]
    return "\n".join(lines)


def _argument_row(argument: grammar.Argument) -> str:
    name = "、".join(argument.names) if argument.names[0].startswith("-") else ""
    shown = argument.metavar or argument.names[0] if not argument.flag else ""
    return f"| `{_cell(f'{name} {shown}'.strip())}` | {_cell(argument.help)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def tables() -> dict[str, str]:
    """The generated parts of the manual by the name of their marks."""
    return {"快捷键": keys_table()}


def figure_tables() -> dict[str, str]:
    """The generated part of the document on figures."""
    return {"统计数": figures_table()}


def command_tables() -> dict[str, str]:
    """The generated parts of the document on the command line."""
    return {"共同参数": common_table(), "全部命令": commands_table()}


def part(text: str, name: str) -> str:
    """What stands between the marks of a part; raises `ValueError` where they are missing."""
    begin, end = (f"<!-- {name}：{word} -->" for word in ("由程序生成", "到此为止"))
    return text[text.index(begin) + len(begin) : text.index(end)].strip()


def main() -> None:
    """Rewrite the parts in all documents."""
    for document, made in ((MANUAL, tables()), (FIGURES, figure_tables()), (COMMAND_LINE, command_tables())):
        text = document.read_text(encoding="utf-8")
        for name, table in made.items():
            begin, end = (f"<!-- {name}：{word} -->" for word in ("由程序生成", "到此为止"))
            head, tail = text[: text.index(begin) + len(begin)], text[text.index(end) :]
            text = f"{head}\n\n{table}\n\n{tail}"
        document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
