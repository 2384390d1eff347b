"""Random Chinese paragraphs, and what a proof-reader would strike out in how they were broken.

Run as a script it sets as many lines as asked and prints the faults: `python tests/line_faults.py 100000`.
The rules here are written down anew, so that they do not repeat a mistake of the breaker.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from itertools import pairwise

from dangjian_desktop.documents.composing import ComposedLine, compose

HANZI = "党员支部书记街道社区委员会组织生活学习主题活动发展积极分子转正预备换届选举整改落实情况汇报服务群众"
NEVER_FIRST = set("、，。；：？！”’）〕】》…％%,.)")
NEVER_LAST = set("“‘（〔【《￥(")
WHOLE = [
    re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日"),
    re.compile(r"\d[\d,.]*(?:%|名|个|万元|平方米|人次|元|岁|学时|个百分点)?"),
    re.compile(r"第\d+(?:季度|期|届)"),
    re.compile(r"[A-Za-z]+"),
    re.compile(r"——|……"),
]
_PAIRS = ("“”", "（）", "《》", "‘’", "〔〕", "【】")


def random_text(source: random.Random, length: int) -> str:
    """A paragraph with everything that makes lines hard to break."""
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(_piece(source))
    return "".join(parts)


def _piece(source: random.Random) -> str:
    words = "".join(source.choices(HANZI, k=source.randint(1, 9)))
    number = source.choice(
        [f"{source.randint(1, 999_999):,}", f"{source.random() * 100:.1f}", str(source.randint(1, 99))]
    )
    match source.randint(0, 11):
        case 0 | 1 | 2:
            return words + source.choice("，。、；：？！")
        case 3:
            pair = source.choice(_PAIRS)
            return pair[0] + words + pair[1]
        case 4:
            return f"《{words}》（〔{number}〕）、"
        case 5:
            return number + source.choice(["%", "名", "个", "万元", "平方米", "人次", "元", "岁", "学时", "个百分点"])
        case 6:
            return f"{source.randint(1921, 2035)}年{source.randint(1, 12)}月{source.randint(1, 31)}日"
        case 7:
            return source.choice(["WPS", "Excel", " Word ", "email", "A4", "GB/T 9704"])
        case 8:
            return f"“{words}”，“{words[:2]}”。"
        case 9:
            return source.choice(["——", "……", "　", " "]) + words
        case 10:
            return f"第{source.randint(1, 30)}{source.choice(['季度', '期', '届'])}"
        case _:
            return words


def width_of(char: str) -> float:
    """As in a face with half-width figures."""
    return 1.0 if ord(char) > 0x2000 else 0.5


def faults(text: str, lines: Sequence[ComposedLine], room: float, first_room: float) -> list[str]:
    """What is wrong with these lines; each fault with the place it is at."""
    wrong = [f"lost: {text[a:b]!r}" for a, b in _gaps(text, lines) if text[a:b].strip(" \u3000\n")]
    for line, following in pairwise(lines):
        cut = following.start
        if text[cut : cut + 1] in NEVER_FIRST:
            wrong.append(f"starts with a closing mark: {text[cut : cut + 8]!r}")
        if text[line.end - 1] in NEVER_LAST:
            wrong.append(f"ends with an opening mark: {text[line.end - 8 : line.end]!r}")
        for pattern in WHOLE:
            for found in pattern.finditer(text, max(0, cut - 24), cut + 24):
                if found.start() < line.end and following.start < found.end():
                    wrong.append(f"torn: {found.group()!r}")
    for index, line in enumerate(lines):
        wrong += _measure_faults(text, line, room if index else first_room, last=index == len(lines) - 1)
    return wrong


def _gaps(text: str, lines: Sequence[ComposedLine]) -> list[tuple[int, int]]:
    ends = [0, *(line.end for line in lines)]
    return list(zip(ends, [*(line.start for line in lines), len(text)], strict=True))


def _measure_faults(text: str, line: ComposedLine, room: float, *, last: bool) -> list[str]:
    shown = text[line.start : line.end]
    if not shown:
        return []
    widths = [width_of(char) + more for char, more in zip(shown, line.after, strict=True)]
    total = sum(widths)
    # The blank half of a last mark may stand out of the line.
    most = room + (0.5 if shown[-1] in "、，。；：？！”’）〕】》" else 0.0)
    wrong = [f"too wide by {total - most:.3f}: {shown}"] if total > most + 1e-6 else []
    # A line with a hole of a quarter of itself is left as it is: spread over it, its words would fall apart.
    if not last and room - 0.25 * len(shown) < total < room - 1e-6:
        wrong.append(f"not spread, {room - total:.3f} left: {shown}")
    for index, (width, char) in enumerate(zip(widths, shown, strict=True)):
        # A mark keeps the half that is drawn; the blank half before an opening mark belongs to that mark.
        blank = 0.5 if shown[index + 1 : index + 2] and shown[index + 1] in NEVER_LAST else 0.0
        if width + blank < min(0.5, width_of(char)) - 1e-6:
            wrong.append(f"over each other at {char}: {shown}")
    return wrong


def run(count: int, seed: int) -> tuple[int, list[str]]:
    """Set at least `count` lines; how many they were, and every fault."""
    source = random.Random(seed)
    done, wrong = 0, list[str]()
    while done < count:
        text = random_text(source, source.randint(20, 400))
        room = source.choice([28.0, 28.0, 28.0, 40.0, source.uniform(22, 45)])
        lines = compose(text, [width_of(char) for char in text], room, room - 2)
        done += len(lines)
        wrong += faults(text, lines, room, room - 2)
    return done, wrong


if __name__ == "__main__":
    lines_set, found = run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 20_260_101)
    print(f"{lines_set} lines, {len(found)} faults")
    print("\n".join(found[:20]))
    sys.exit(bool(found))
