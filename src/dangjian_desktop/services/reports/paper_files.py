"""Finished papers become files, whichever model they are made of; and what their type cannot draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper, official_texts
from dangjian_desktop.documents.official_sheet import plain_document
from dangjian_desktop.documents.places import Holders

_TOLD = 20
# What the bundled files are called, by the beginning of their names.
_BUNDLED = {
    "NotoSerifSC-Bold": "思源宋体（粗）",
    "NotoSerifSC": "思源宋体",
    "NotoSansSC-Bold": "思源黑体（粗）",
    "NotoSansSC": "思源黑体",
    "LXGWWenKai": "霞鹜文楷",
}
_REPORT_FACES = "宋体、黑体、楷体用程序自带的思源宋体、思源黑体、霞鹜文楷"


@dataclass(frozen=True, slots=True)
class MissingGlyph:
    """A character that no font has: where it stands, and the id of its record where the paper knows it."""

    char: str
    where: str
    record: str = ""

    @property
    def sentence(self) -> str:
        """党员花名册第3行（3 张某某）“某”字（U+2A6D6）没有字形."""
        return f"{self.where}“{self.char}”字（U+{ord(self.char):04X}）没有字形，印成〓。"


@dataclass(frozen=True, slots=True)
class InstalledFace:
    """What one face of official papers is set in here: its name, the file, whether it is the machine's own."""

    name: str
    file: str
    own: bool

    @property
    def sentence(self) -> str:
        """仿宋用本机的simfang.ttf, or what stands in for it."""
        if self.own:
            return f"{self.name}用本机的{self.file}"
        known = (name for start, name in _BUNDLED.items() if self.file.startswith(start))
        return f"{self.name}用程序自带的{next(known, self.file)}代替"


def write(
    paper: Document | OfficialPaper, path: Path, form: str, progress: Progress | None = None
) -> list[MissingGlyph]:
    """Write a document or an official paper as `pdf`, `xlsx` or `docx`; return what was not drawn.

    Other than a PDF is drawn with the fonts of whoever opens it, so nothing is missing there.
    """
    if isinstance(paper, OfficialPaper) and form == "docx":
        from dangjian_desktop.exchange.word.official import render_docx

        render_docx(paper, path)
        return []
    if not isinstance(paper, OfficialPaper) and form == "docx":
        from dangjian_desktop.exchange.word.report import render_report_docx

        render_report_docx(paper, path)
        return []
    if isinstance(paper, OfficialPaper) and form == "xlsx":
        paper = plain_document(paper)
    if isinstance(paper, OfficialPaper) or form == "pdf":
        return draw(paper, path, progress)
    from dangjian_desktop.exchange.excel.write_document import render_xlsx

    render_xlsx(paper, path, progress)
    return []


def draw(paper: Document | OfficialPaper, path: Path | BytesIO, progress: Progress | None = None) -> list[MissingGlyph]:
    """Draw a paper as PDF into a file or into memory; return what was not drawn."""
    if isinstance(paper, OfficialPaper):
        from dangjian_desktop.exchange.pdf.official import render_official

        drawn = render_official(paper, path)
    else:
        from dangjian_desktop.exchange.pdf.render import render_pdf

        drawn = render_pdf(paper, path, progress)
    return missing_in(paper) if drawn.missing else []


def missing_in(paper: Document | OfficialPaper) -> list[MissingGlyph]:
    """Every place of a paper with a character that no font has."""
    from dangjian_desktop.exchange.pdf import faces, render

    if isinstance(paper, OfficialPaper):
        holders = Holders(paper.holders)
        return [
            MissingGlyph(char, f"{paper.title}（{name or f'{text[:12]}…'}）", record)
            for char, text in faces.first_uncovered(official_texts(paper))
            for record, name in holders.of(char, text, "")
        ]
    return [MissingGlyph(each.char, each.where, each.record) for each in render.missing_places(paper)]


def missing_words(missing: Sequence[MissingGlyph]) -> list[str]:
    """A sentence for each place, the first twenty one by one."""
    told = [glyph.sentence for glyph in missing[:_TOLD]]
    return [*told, f"另有{len(missing) - _TOLD}处没有字形。"] if len(missing) > _TOLD else told


def faces_of(paper: Document | OfficialPaper) -> list[InstalledFace]:
    """What an official paper is set in; other papers are always set in the program's own faces."""
    if not isinstance(paper, OfficialPaper):
        return []
    from dangjian_desktop.exchange.pdf.faces import faces_used

    return [InstalledFace(*used) for used in faces_used()]


def face_words(faces: Sequence[InstalledFace]) -> str:
    """One sentence for the print dialog: what stands for each face of an official paper; none given: a report's."""
    return f"字体：{'，'.join(face.sentence for face in faces) or _REPORT_FACES}。"
