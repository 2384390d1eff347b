"""The very PDF that would be saved or printed, kept in memory for the preview: no plain copy stays on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.exchange.pdf import preview as pages
from dangjian_desktop.services.office.office import Office

from . import paper_files, reports
from .request import ReportRequest


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
    faces: tuple[paper_files.InstalledFace, ...] = ()
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
    """The PDF of a finished paper, drawn in memory, and what no font has."""
    content = BytesIO()
    missing = paper_files.draw(paper, content, progress)
    return content.getvalue(), tuple(missing)


def preview(office: Office, asked: ReportRequest, *, progress: Progress | None = None) -> Preview:
    """Build the report as `reports.make` would write it and hand back its pages.

    A look at it unmasked is audited with its reason. Raises what `reports.prepare` raises and `UserError` (`reason`).
    """
    spec = reports.spec_of(office, asked.name)
    reports.check_reason(office, spec.kind, masked=asked.masked, reason=asked.reason)
    telling = progress or Progress()
    telling.report(0, 0, "正在汇总数据")
    made = reports.prepare(office, asked)
    if not asked.masked:
        office.audit("reveal", {"report": spec.name, "scope": asked.scope, "reason": asked.reason})
    pdf, missing = drawn(made.document, telling)
    sizes = tuple(pages.page_sizes(pdf))
    faces = tuple(paper_files.faces_of(made.document))

    def told() -> None:
        said = [f"{face.name} {face.file}" for face in faces]
        office.audit(
            "print",
            {"report": spec.name, "scope": asked.scope, "period": asked.period, "masked": asked.masked, "faces": said},
        )
        made.remember(office, asked.day(office))

    return Preview(made.document.title, sizes, pdf, missing, made.compared(office), made, faces, told)
