"""What argparse says in English, said in Chinese."""

from __future__ import annotations

import re

_OPTION = r"argument (?P<option>[^:]+): "
_SENTENCES = (
    (r"the following arguments are required: (?P<names>.+)", "缺少：{names}。"),
    (r"unrecognized arguments: (?P<names>.+)", "不认识的参数：{names}。"),
    (_OPTION + r"expected (one|at least one) argument", "{option} 后面要跟一个值。"),
    (_OPTION + r"ignored explicit argument '?(?P<value>.+?)'?", "{option} 后面不能跟值。"),
    (_OPTION + r"not allowed with argument (?P<other>.+)", "{option} 不能与 {other} 同时用。"),
    (
        _OPTION + r"invalid choice: '?(?P<value>.+?)'? \(choose from (?P<choices>.+)\)",
        "{option} 不能是“{value}”，可用：{choices}。",
    ),
    (r"one of the arguments (?P<names>.+) is required", "要给出其中一个：{names}。"),
    (_OPTION + r"(?P<said>[^\x00-\x7f].*)", "{option}：{said}"),
)

USAGE = "用法："
HELP_HINT = "加 --help 可查看用法。"


def in_chinese(message: str) -> str:
    """One Chinese sentence for what argparse found wrong; an unknown complaint is told in general."""
    for pattern, sentence in _SENTENCES:
        match = re.fullmatch(pattern, message, re.S)
        if match:
            return sentence.format(**{k: v.replace("'", "") for k, v in match.groupdict().items()})
    return "命令的写法不对。"
