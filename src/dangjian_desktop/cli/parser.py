"""Reading a command line: which command, its options, and plain Chinese when it is wrong."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.domain.values.partial_dates import EARLIEST_YEAR, LATEST_YEAR

from . import grammar
from .texts import HELP_HINT, USAGE, in_chinese

PROGRAM = "dangjian-desktop"

_COMMON_WITH_VALUE = frozenset(name for a in grammar.COMMON if not a.flag for name in a.names)
_COMMON_FLAGS = frozenset(name for a in grammar.COMMON if a.flag for name in a.names) | {"--help", "-h"}


class Parser(argparse.ArgumentParser):
    """An argparse parser whose complaints are `UsageError`s in Chinese."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing English and leaving."""
        raise UsageError("usage", in_chinese(message), effect="什么也没有做。", advice=HELP_HINT)

    def format_help(self) -> str:
        """The help text without argparse's own English."""
        return super().format_help().replace("usage: ", USAGE, 1)


def day(text: str) -> date:
    """A whole day written `2026-09-30`, within the years that dates are kept in."""
    try:
        if len(text) == len("2026-09-30") and EARLIEST_YEAR <= (found := date.fromisoformat(text)).year <= LATEST_YEAR:
            return found
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-09-30。")


def count(text: str) -> int:
    """A whole number from 1 on."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 10**9:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}”不是正整数。")


def whole(text: str) -> int:
    """A whole number, zero and negative ones included."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是整数。") from None


def path(text: str) -> Path:
    """A file or folder of this PC."""
    if not text.strip():
        raise argparse.ArgumentTypeError("没有写文件名。")
    return Path(text).expanduser()


TYPES: dict[str, Callable[[str], object]] = {"day": day, "count": count, "whole": whole, "path": path, "text": str}


def wants_json(words: Sequence[str]) -> bool:
    """Whether the answer is one JSON object; asked before anything was understood."""
    before_dashes = words[: words.index("--")] if "--" in words else words
    return "--json" in before_dashes


def read(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of a command line; `command` names what is asked for.

    Raises `UsageError`: `usage`, `unknown_command`, or `not_yet` for a command of a later version.
    """
    common, rest = _take_common(words)
    if not rest:
        return _without_command(common)
    name, rest = rest[0], list(rest[1:])
    if name in grammar.LATER:
        raise UsageError(
            "not_yet", f"“{name}”尚未提供。", effect="什么也没有做。", advice="用 --help 可列出现有的命令。"
        )
    if name in grammar.GROUPS:
        name, rest = _subcommand(name, rest)
    if name not in grammar.COMMANDS:
        raise UsageError("unknown_command", f"没有“{name}”这个命令。", effect="什么也没有做。", advice=HELP_HINT)
    parser = _parser_of(name)
    if any(word in ("-h", "--help") for word in (*common, *rest)):
        return argparse.Namespace(command="help", text=parser.format_help())
    found = parser.parse_intermixed_args([*common, *rest])
    found.command = name
    return found


def _take_common(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Common options in front of the command, and everything from the command on."""
    taken: list[str] = []
    position = 0
    while position < len(words) and words[position].startswith("-"):
        word = words[position]
        name, equals, _ = word.partition("=")
        if name not in _COMMON_WITH_VALUE | _COMMON_FLAGS:
            raise UsageError("usage", f"不认识的参数：{word}。", effect="什么也没有做。", advice=HELP_HINT)
        length = 2 if name in _COMMON_WITH_VALUE and not equals else 1
        taken += words[position : position + length]
        position += length
    return taken, list(words[position:])


def _without_command(common: Sequence[str]) -> argparse.Namespace:
    if "--version" in common:
        return argparse.Namespace(command="version")
    if any(word in ("-h", "--help") for word in common):
        return argparse.Namespace(command="help", text=overview())
    raise UsageError("usage", "没有写要做什么。", effect="什么也没有做。", advice=HELP_HINT)


def _subcommand(group: str, rest: list[str]) -> tuple[str, list[str]]:
    common, behind = _take_common(rest)
    known = "、".join(name.split()[1] for name in grammar.COMMANDS if name.startswith(f"{group} "))
    if not behind:
        if any(word in ("-h", "--help") for word in common):
            return f"{group} {known.split('、')[0]}", common
        raise UsageError("usage", f"{group} 后面要写：{known}。", effect="什么也没有做。", advice=HELP_HINT)
    name = f"{group} {behind[0]}"
    if name not in grammar.COMMANDS:
        raise UsageError("unknown_command", f"{group} 没有“{behind[0]}”，可用：{known}。", effect="什么也没有做。")
    return name, common + behind[1:]


def _parser_of(name: str) -> Parser:
    command = grammar.COMMANDS[name]
    parser = Parser(
        prog=f"{PROGRAM} {name}",
        usage=f"{PROGRAM} {name} {command.usage}".rstrip(),
        description=command.help,
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own = parser.add_argument_group("这个命令的参数")
    for argument in command.arguments:
        _add(own, argument)
    common = parser.add_argument_group("所有命令都有的参数")
    for argument in grammar.COMMON:
        _add(common, argument)
    return parser


def _add(group: argparse._ArgumentGroup, argument: grammar.Argument) -> None:
    metavar = argument.metavar or None
    if argument.flag:
        group.add_argument(*argument.names, action="store_true", help=argument.help)
        return
    kind = TYPES[argument.type]
    if not argument.names[0].startswith("-"):
        if argument.nargs:
            group.add_argument(argument.names[0], nargs=argument.nargs, type=kind, metavar=metavar, help=argument.help)
        else:
            group.add_argument(argument.names[0], type=kind, metavar=metavar, help=argument.help)
        return
    group.add_argument(
        *argument.names,
        dest=argument.names[-1].lstrip("-").replace("-", "_"),
        type=kind,
        metavar=metavar,
        help=argument.help,
        required=argument.required,
        choices=argument.choices or None,
        action="append" if argument.many else "store",
        default=None,
    )


def overview() -> str:
    """The list of all commands."""
    width = max(len(name) for name in grammar.COMMANDS)
    lines = [f"  {name:<{width}}  {command.help}" for name, command in grammar.COMMANDS.items()]
    head = f"{USAGE}{PROGRAM} [命令] [参数]\n\n不写命令则打开窗口。命令：\n"
    return head + "\n".join(lines) + f"\n\n每个命令都可以看用法：{PROGRAM} 命令 --help\n"


def given_account(args: argparse.Namespace) -> str:
    """The account named by option or environment, empty where none was."""
    return (args.account or os.environ.get("DANGJIAN_ACCOUNT") or "").strip()
