"""The very PDF that would be saved or printed, kept in memory for the preview: no plain copy stays on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.exchange.pdf import preview as pages
from dangjian_desktop.services.office.office import Office

from . import paper_files, reports


@dataclass(frozen=True, slots=True)
class Preview:
    """A finished PDF: its title, the size of each page in points, and its pages as pictures.

    `missing` are the places with a character that no font has, to be shown before printing; `compared` what its
    words say otherwise than when it was last written or printed, `to_fill` the places left for the writer, `faces`
    what an official paper is set in.
    """

    title: str
    sizes: tuple[tuple[float, float], ...]
    pdf: bytes = field(repr=False)
    missing: tuple[paper_files.MissingGlyph, ...] = ()
    compared: reports.Compared = reports.Compared()
    prepared: reports.Prepared | None = field(default=None, repr=False)
    faces: tuple[paper_files.Face, ...] = ()
    _told: Callable[[], None] | None = field(default=None, repr=False, compare=False)

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self.sizes)

    @property
    def warnings(self) -> list[str]:
        """What to say before it is printed."""
        return paper_files.missing_words(self.missing)

    @property
    def to_fill(self) -> int:
        """How many places the writer has left to fill."""
        return self.prepared.words.to_fill if self.prepared and self.prepared.words else 0

    @property
    def faces_said(self) -> str:
        """Which type stands for 仿宋, 小标宋, 楷体 and 黑体, in one sentence."""
        return paper_files.face_words(self.faces)

    def printed(self) -> None:
        """Pages went to the printer: it is audited, and from now on changes are told against what they said."""
        if self._told is not None:
            self._told()

    def render_page(self, index: int, scale: float) -> tuple[int, int, bytes]:
        """A page (from 0) as width, height and BGRX rows; scale 1 is 72 dots an inch. Any thread may call it."""
        return pages.render_page(self.pdf, index, scale)


def drawn(
    paper: Document | OfficialPaper, progress: Progress | None = None
) -> tuple[bytes, tuple[paper_files.MissingGlyph, ...]]:
    """The PDF of a finished paper, and what no font has; the file it is drawn in is deleted either way."""
    with tempfile.TemporaryDirectory(prefix="djd-") as folder:
        path = Path(folder) / "preview.pdf"
        missing = paper_files.write(paper, path, "pdf", progress)
        return path.read_bytes(), tuple(missing)


def preview(
    office: Office,
    name: str,
    *,
    scope: str | None = None,
    period: str | None = None,
    on: date | None = None,
    record: str | None = None,
    masked: bool = True,
    reason: str | None = None,
    words: str | None = None,
    paper: str | None = None,
    progress: Progress | None = None,
) -> Preview:
    """Build the report `name` as `reports.produce` would write it and hand back its pages.

    `record` is the meeting of `minutes`, `words` a template to look at before it is saved. Unmasked needs the
    permission to reveal and a `reason`, which is audited. Raises what `reports.build` and `reports.produce` raise.
    """
    spec = reports.spec_of(office, name)
    reports.check_reason(office, spec.kind, masked=masked, reason=reason)
    asked = progress or Progress()
    asked.report(0, 0, "正在汇总数据")
    made = reports.prepare(
        office, name, scope=scope, period=period, on=on, id=record, masked=masked, words=words, paper=paper
    )
    if not masked:
        office.audit("reveal", {"report": spec.name, "scope": scope, "reason": reason})
    pdf, missing = drawn(made.document, asked)
    sizes = tuple(pages.page_sizes(pdf))
    faces = tuple(paper_files.faces_of(made.document))

    def told() -> None:
        said = [f"{face.name} {face.file}" for face in faces]
        office.audit("print", {"report": spec.name, "scope": scope, "period": period, "masked": masked, "faces": said})
        made.remember(office, on or office.today())

    return Preview(made.document.title, sizes, pdf, missing, made.compared(office), made, faces, told)
