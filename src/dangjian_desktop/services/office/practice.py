"""The open sample is for practice: what must never be mistaken for real work, and what it refuses.

A file is marked as practice in its own settings when it is made, so that the window, the command line and every copy
of it know the same.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource

from .office import Office
from .recent import sample_path

if TYPE_CHECKING:
    from dangjian_desktop.documents.model import Document
    from dangjian_desktop.documents.official import OfficialPaper

ACCOUNT, PASSWORD = "示例", "shili-429900"
NAME = "临江街道党工委（示例）"
STAMP = "（演练）"
_SETTING = "practice"

P = TypeVar("P", bound="Document | OfficialPaper")


def is_the_sample(file: Path) -> bool:
    """Whether this is the sample street of this PC, which nobody has to know a password for."""
    return file.resolve() == sample_path().resolve()


def mark(office: Office) -> None:
    """Make a file one for practice, for good."""
    if not is_practice(office):
        office.put_setting(_SETTING, True)


def is_practice(office: Office) -> bool:
    """Whether the open file is for practice."""
    return bool(office.setting(_SETTING))


def refuse(office: Office, what: str) -> None:
    """Raise `UserError` (`practice`) where real work is asked of a file for practice; `what` as in 不能做备份."""
    if is_practice(office):
        raise UserError(
            "practice",
            f"这是练习用的示例街道，不能{what}。",
            effect="没有做，数据没有改动。",
            advice="请打开或新建自己街道的文件再做。",
        )


def refuse_strangers(office: Office, source: Path | str) -> None:
    """Raise `UserError` (`practice`) for a roster that is not one of the shipped samples."""
    if is_practice(office) and not (isinstance(source, Path) and _is_shipped(source)):
        refuse(office, "导入自己的名册和表格，只能导入随程序带的样例")


def stamped(office: Office, paper: P) -> P:
    """The paper as it leaves the program: of a file for practice it says so in its title."""
    if not is_practice(office) or paper.title.endswith(STAMP):
        return paper
    return replace(paper, title=f"{paper.title}{STAMP}")


def stamped_title(office: Office, title: str) -> str:
    """The same for a sheet that has only a title."""
    return f"{title}{STAMP}" if is_practice(office) else title


def _is_shipped(source: Path) -> bool:
    try:
        return sha256(source.read_bytes()).digest() in _shipped()
    except OSError:
        return False


@lru_cache(maxsize=1)
def _shipped() -> frozenset[bytes]:
    return frozenset(sha256(each.read_bytes()).digest() for each in resource("samples").iterdir() if each.is_file())
