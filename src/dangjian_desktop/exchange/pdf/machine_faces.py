"""The machine's own 仿宋, 小标宋, 楷体 and 黑体: looked for by known file names, never copied."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from dangjian_desktop.base.resources import resource

_OFFICE_FONTS = "/usr/share/fonts", "/usr/local/share/fonts"


def font_folders() -> tuple[Path, ...]:
    """Where this system keeps fonts, for all and for this person."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        own = [Path(local, "Microsoft", "Windows", "Fonts")] if local else []
        return (Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"), *own)
    home = Path.home()
    return (*map(Path, _OFFICE_FONTS), home / ".local/share/fonts", home / ".fonts")


def machine_file(face: str) -> Path | None:
    """The best file on this machine for a face (仿宋 …) that can be put into a PDF, None if there is none.

    Looked for once a run. A file that cannot be read, holds CFF outlines or forbids embedding is passed over.
    """
    return _found(face, font_folders())


@lru_cache(maxsize=64)
def _found(face: str, folders: Sequence[Path]) -> Path | None:
    there = _files(tuple(folders))
    names = (row["file"].casefold() for row in _known() if row["face"] == face)
    return next((there[name] for name in names if name in there and _embeddable(there[name])), None)


@lru_cache(maxsize=1)
def _known() -> list[dict[str, str]]:
    with resource("fonts", "machine_faces.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=4)
def _files(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Known font files that are there, by name in small letters."""
    wanted = {row["file"].casefold() for row in _known()}
    return {path.name.casefold(): path for path in _walk(folders) if path.name.casefold() in wanted}


def _walk(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        # A folder that may not be read is no reason to print nothing.
        for top, _, names in os.walk(folder):
            yield from (Path(top, name) for name in names)


def _embeddable(path: Path) -> bool:
    from reportlab.pdfbase.ttfonts import TTFError, TTFontFace

    try:
        face = TTFontFace(str(path))
        return bool(face.charToGlyph.get(ord("国")) and face.get_table("glyf"))
    except (TTFError, OSError, KeyError, ValueError, IndexError):
        return False
