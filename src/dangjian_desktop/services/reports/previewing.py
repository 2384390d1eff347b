"""The very PDF that would be saved or printed, kept in memory for the preview: no plain copy stays on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.base.files import refuse_taken, replace_file
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.domain.records.permissions import EXPORT
from dangjian_desktop.exchange import attached_pages
from dangjian_desktop.exchange.pdf import preview as pages
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attached_pictures

from . import paper_files, reports
from .request import ReportRequest


@dataclass(frozen=True, slots=True)
class Savable:
    """How a previewed paper is written to a file: its name without ending, and what of.

    `allow` raises `UserError` where the account may not export it; `told` keeps in the audit which file was written.
    """

    file_name: str
    paper: Document | OfficialPaper = field(repr=False)
    allow: Callable[[], None] = field(repr=False)
    told: Callable[[Path], None] = field(repr=False)
    formats: tuple[str, ...] = ("pdf", "xlsx")


@dataclass(frozen=True, slots=True)
class Preview:
    """A finished PDF: its title, the size of each page in points, and its pages as pictures.

    `missing` are the places with a character that no font has, to be shown before printing; `compared` what its
    words say otherwise than when it was last written or printed, `to_fill` the places left for the writer, `faces`
    what an official paper is set in, `notes` what else to say before it is printed.
    """

    title: str
    sizes: tuple[tuple[float, float], ...]
    pdf: bytes = field(repr=False)
    missing: tuple[paper_files.MissingGlyph, ...] = ()
    compared: reports.Compared = reports.Compared()
    prepared: reports.Prepared | None = field(default=None, repr=False)
    faces: tuple[paper_files.InstalledFace, ...] = ()
    _told: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    savable: Savable | None = field(default=None, compare=False)
    notes: tuple[str, ...] = ()

    @property
    def formats(self) -> tuple[str, ...]:
        """What it can be saved as, e.g. `pdf` and `docx`; nothing for what is only to be printed."""
        return self.savable.formats if self.savable else ()

    @property
    def file_name(self) -> str:
        """What a file of it is called, without ending."""
        return self.savable.file_name if self.savable else self.title

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self.sizes)

    @property
    def warnings(self) -> list[str]:
        """What to say before it is printed."""
        told = self.prepared.told if self.prepared else ()
        return [*self.notes, *told, *paper_files.missing_words(self.missing)]

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

    def save(self, path: Path, progress: Progress | None = None) -> Path:
        """Write what is shown to a file, in the format of its suffix (one of `formats`); it is audited.

        The PDF is the very one that is shown. Raises `UsageError` (`bad_format`), `UserError` and `EnvironmentFault`.
        """
        form, savable = path.suffix.lower().removeprefix("."), self.savable
        if savable is None or form not in savable.formats:
            known = "、".join(self.formats)
            raise UsageError("bad_format", f"不能存成“{path.suffix}”。", effect="没有保存。", advice=f"可选：{known}。")
        savable.allow()
        refuse_taken(path)
        if form == "pdf":
            replace_file(path, lambda target: _put(target, self.pdf))
        else:
            paper_files.write(savable.paper, path, form, progress)
        savable.told(path)
        return path

    def render_page(self, index: int, scale: float) -> tuple[int, int, bytes]:
        """A page (from 0) as width, height and BGRX rows; scale 1 is 72 dots an inch. Any thread may call it."""
        return pages.render_page(self.pdf, index, scale)


def _put(target: Path, content: bytes) -> None:
    target.write_bytes(content)


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
    pdf, notes = _with_pictures(office, spec.kind, asked, pdf, telling)
    sizes = tuple(pages.page_sizes(pdf))
    faces = tuple(paper_files.faces_of(made.document))

    def told() -> None:
        said = [f"{face.name} {face.file}" for face in faces]
        office.audit(
            "print",
            {"report": spec.name, "scope": asked.scope, "period": asked.period, "masked": asked.masked, "faces": said},
        )
        made.remember(office, asked.day(office))

    def saved(path: Path) -> None:
        detail = {"report": spec.name, "scope": asked.scope, "period": asked.period, "masked": asked.masked}
        office.audit("export", detail | {"reason": asked.reason, "files": [path.name]})
        made.remember(office, asked.day(office))

    def allow() -> None:
        office.actor.require(EXPORT, spec.kind)

    savable = Savable(made.file_name, made.document, allow, saved, (*spec.formats, *spec.more))
    return Preview(made.document.title, sizes, pdf, missing, made.compared(office), made, faces, told, savable, notes)


def _with_pictures(
    office: Office, kind: str, asked: ReportRequest, pdf: bytes, progress: Progress
) -> tuple[bytes, tuple[str, ...]]:
    """The sheet of one record with the pages of its attachments behind it, where they were asked for."""
    if not asked.pictures or not asked.record:
        return pdf, ()
    files = attached_pictures.printable(office, kind, asked.record)
    pages, told = attached_pictures.pages(office, kind, asked.record, files, progress=progress)
    return (attached_pages.on_paper(pages, pdf) if pages else pdf), tuple(told)
