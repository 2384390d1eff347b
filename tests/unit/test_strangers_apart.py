"""Strangers' files that lie or are broken: one sentence, in bounded time and memory, and the program goes on."""

from __future__ import annotations

import ast
import os
import random
import struct
import subprocess
import threading
import time
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.exchange.apart import child, limits, parent, windows_job, wire
from dangjian_desktop.exchange.excel import sheet_frames
from dangjian_desktop.exchange.excel.form_read import read_form
from dangjian_desktop.exchange.excel.read_sheet import FarCells, MergedRange, Sheet
from dangjian_desktop.exchange.excel.read_workbook import read_workbook
from dangjian_desktop.exchange.photo import portrait
from sheet_kit import BOOK, MAIN, packed, sheet_xml

CASES = Path(__file__).parents[1] / "data" / "cases"
SOURCE = Path(parent.__file__).parents[2]

LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 10)
) + "]>"  # fmt: skip


def bomb(kind: str) -> tuple[str, dict[str, bytes], str]:
    """A sheet, further parts and the workbook part of a file that is small and claims to be large."""
    if kind == "spaces":
        return sheet_xml(" " * 190_000_000), {}, BOOK
    if kind == "spaces in a cell":
        return sheet_xml(f'<row r="3"><c r="A3" t="inlineStr"><is><t>{" " * 80_000_000}</t></is></c></row>'), {}, BOOK
    if kind == "merges":
        merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 400_000))
        return sheet_xml(tail=f"<mergeCells>{merges}</mergeCells>"), {}, BOOK
    if kind == "depth":
        return sheet_xml("<x>" * 1_000_000 + "</x>" * 1_000_000), {}, BOOK
    if kind == "laughs":
        return LAUGHS + sheet_xml('<row r="3"><c r="A3" t="str"><v>&a9;</v></c></row>'), {}, BOOK
    if kind == "laughs in the book":
        return sheet_xml(), {}, LAUGHS + BOOK.replace("花名册", "&a9;")
    if kind == "zeros":
        return sheet_xml(), {"xl/media/a.bin": bytes(500_000_000)}, BOOK
    return sheet_xml(), {"xl/styles.xml": f"<styleSheet {MAIN}>{'<x>' * 200}".encode()}, BOOK


KINDS = ("spaces", "spaces in a cell", "merges", "depth", "laughs", "laughs in the book", "zeros", "styles")


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_is_one_sentence(tmp_path: Path, kind: str) -> None:
    sheet, more, book = bomb(kind)
    path = packed(tmp_path / "a.xlsx", sheet, book=book, more=more)
    try:
        sheets = read_workbook(path)
    except UserError as refused:
        assert refused.code == "file_unreadable" and refused.message.endswith("。")
    else:
        assert sheets[0].rows[1][:2] == ["王五", "男"]
    try:
        read_form(path.read_bytes(), "a.xlsx")
    except UserError as refused:
        assert refused.code in ("form_unreadable", "file_unreadable") and refused.message.endswith("。")


@pytest.mark.parametrize("ref", ["A1:XFD1048576", "A1:XFD1", "A1:A1048576"])
def test_a_merge_over_the_whole_sheet_costs_nothing(tmp_path: Path, ref: str) -> None:
    path = packed(tmp_path / "a.xlsx", sheet_xml(tail=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>'))
    assert len(read_workbook(path)[0].rows) == 2


@pytest.mark.parametrize("length", [0, 8, 100, 511, 512, 520, 600, 1024, 2000, 3000, 5000])
def test_a_cut_compound_file_is_one_sentence(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes((CASES / "g21_xls_builtin57.xls").read_bytes()[:length])
    with pytest.raises(UserError) as refused:
        read_workbook(path)
    assert refused.value.code in ("file_unreadable", "file_empty")


@pytest.mark.parametrize("name", ["g21_xls_builtin57.xls", "h01.ods", "o02_month36.xlsx"])
@pytest.mark.parametrize("seed", range(4))
def test_damage_is_a_sentence_or_a_table(tmp_path: Path, name: str, seed: int) -> None:
    content, dice = bytearray((CASES / name).read_bytes()), random.Random(seed)
    for _ in range(20):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path = tmp_path / name
    path.write_bytes(content)
    try:
        assert all(isinstance(sheet, Sheet) for sheet in read_workbook(path))
    except UserError as refused:
        assert refused.message.endswith("。") and "Traceback" not in refused.message


def test_a_picture_that_claims_to_be_huge_is_one_sentence() -> None:
    import zlib

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 9_900, 9_900, 8, 6, 0, 0, 0)
    body = part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes(9_900 * 4 + 1) * 9_900, 1)) + part(b"IEND", b"")
    try:
        assert portrait(b"\x89PNG\r\n\x1a\n" + body, "a.png").startswith(b"\xff\xd8")
    except UserError as refused:
        assert refused.code == "bad_photo"


# -- the process itself -----------------------------------------------------------------------------


def run_child(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader be a process that does `code`."""
    import sys

    monkeypatch.setattr(parent, "command", lambda: [sys.executable, "-c", code])


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "import sys; sys.stdout.write('not a frame at all, only words')",
        "import struct,sys; sys.stdout.buffer.write(struct.pack('>cI', b'P', 4000000000) + b'x')",
        "import struct,sys; sys.stdout.buffer.write(struct.pack('>cI', b'R', 5) + b'[[[[[')",
        "import struct,sys; sys.stdout.buffer.write(struct.pack('>cI', b'F', 4) + b'null')",
        "import struct,sys; sys.stdout.buffer.write(struct.pack('>cI', b'P', 100000) + b'[' * 100000)",
    ],
)
def test_a_reader_that_dies_or_raves_is_one_sentence(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    run_child(code, monkeypatch)
    with pytest.raises(parent.ReaderDied) as died:
        parent.ask("workbook", {}, name="名册.xlsx")
    assert "“名册.xlsx”读不出来" in died.value.message and died.value.code == "file_unreadable"


def test_cancelling_ends_a_reader_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run_child("import time; time.sleep(600)", monkeypatch)
    progress = Progress()
    threading.Timer(0.2, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        parent.ask("workbook", {}, name="a", progress=progress)
    assert time.monotonic() - began < 10


def test_a_reader_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run_child("import time; time.sleep(600)", monkeypatch)
    monkeypatch.setattr(limits.Limits, "for_size", classmethod(lambda cls, _size: cls(1 << 30, 0)))
    with pytest.raises(parent.ReaderDied) as died:
        parent.ask("workbook", {}, name="a")
    assert died.value.why == "time"


@pytest.mark.skipif(os.name == "nt", reason="a job object holds them there")
def test_the_kernel_holds_the_limits() -> None:
    code = (
        "import sys; from dangjian_desktop.exchange.apart.limits import Limits, hold_self\n"
        "hold_self(Limits(300 << 20, 60))\n"
        "try: bytearray(600 << 20)\n"
        "except MemoryError: print('memory')\n"
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: open(sys.argv[1], 'wb', buffering=0).write(b'x')\n"
        "except OSError: print('files')\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])\n"
    )
    import sys

    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
    target = Path(os.devnull).parent.parent / "tmp" / f"apart-{os.getpid()}"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(target)], env=environment, capture_output=True, text=True, check=True
        )
    finally:
        target.unlink(missing_ok=True)
    assert done.stdout.split() == ["memory", "files", "60"]


def test_a_small_file_gets_little_and_a_large_one_enough() -> None:
    small, roster = limits.Limits.for_size(1 << 20), limits.Limits.for_size(12 << 20)
    assert small.memory <= 400 << 20 and small.seconds <= 10
    assert roster.memory > 1 << 30 and roster.seconds > 60


def test_a_reader_sees_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", "geheim")
    assert "geheim" not in "".join(parent._environment().values())


def test_the_job_object_is_laid_out_as_windows_documents_it() -> None:
    import ctypes

    # On 64-bit Windows: 64 bytes of basic limits, 48 of counters, four sizes.
    assert ctypes.sizeof(windows_job.ExtendedLimits) == 144
    made = windows_job.extended_limits(400 << 20, 8)
    assert made.ProcessMemoryLimit == 400 << 20 and made.BasicLimitInformation.PerProcessUserTimeLimit == 80_000_000
    assert made.BasicLimitInformation.LimitFlags == 0x250A and made.BasicLimitInformation.ActiveProcessLimit == 1
    assert (
        windows_job._BasicLimits.LimitFlags.offset == 16 and windows_job.ExtendedLimits.ProcessMemoryLimit.offset == 112
    )


def test_frozen_it_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert parent.command() == [sys.executable, parent.READER]
    assert "PYTHONPATH" not in parent._environment()


def test_every_task_names_a_function_that_is_there() -> None:
    for name in child.TASKS:
        assert callable(child._task(name))


OUTSIDE = {
    "openpyxl.load_workbook",
    "CalamineWorkbook",
    "xlrd.open_workbook",
    "Image.open",
    "zipfile.ZipFile",
    "ElementTree.fromstring",
    "ElementTree.iterparse",
    "expat.ParserCreate",
}
"""Calls that take strangers' bytes apart."""


def test_no_road_skips_the_process_of_its_own() -> None:
    """Whatever takes a stranger's file apart lies in a module that only a reader loads."""
    inside = {
        Path(SOURCE, *target.partition(":")[0].split(".")[1:]).with_suffix(".py") for target in child.TASKS.values()
    }
    readers = inside | {SOURCE / "exchange" / "excel" / f"{name}.py" for name in READERS}
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path in readers or "storage" in path.parts:
            continue  # storage opens this program's own backups, which are signed
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and any(ast.unparse(node.func).startswith(name) for name in OUTSIDE):
                found.add(f"{path.relative_to(SOURCE)}: {ast.unparse(node.func)}")
    assert found <= WRITING


READERS = (
    "bounds", "form_looks", "form_read", "form_scan", "form_write", "read_binary", "read_file", "read_ods", "read_old",
    "read_xlsx", "xlsx_book", "xlsx_cells", "xlsx_look", "xml_walk", "reject_copy",
)  # fmt: skip
WRITING = {"exchange/excel/book_bytes.py: zipfile.ZipFile"}
"""Archives that the program makes itself."""


def test_the_parent_loads_no_reader() -> None:
    """Reading a file leaves the libraries that take it apart out of the program's own process."""
    import sys

    code = (
        "import sys; from pathlib import Path\n"
        "from dangjian_desktop.exchange.excel.read_workbook import read_workbook\n"
        "read_workbook(Path(sys.argv[1]))\n"
        "print([name for name in ('python_calamine', 'xlrd', 'openpyxl', 'pyexpat') if name in sys.modules])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
    command = [sys.executable, "-c", code, str(CASES / "o02_month36.xlsx")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- what is said between them ----------------------------------------------------------------------


class Colour(Enum):
    RED = 1


class Pair(NamedTuple):
    row: int
    text: str | None


@dataclass
class Told:
    pairs: dict[tuple[int, int], Pair]
    marks: frozenset[tuple[str, tuple[int, int]]]
    colour: Colour
    content: bytes
    value: float | int | str | bool | None


def test_values_come_back_by_their_declared_types() -> None:
    told = Told({(1, 2): Pair(3, None)}, frozenset({("表", (4, 5))}), Colour.RED, b"\x00\xff", 2.5)
    assert wire.unpack(Told, wire.load(wire.dump(wire.pack(told)))) == told


@pytest.mark.parametrize("data", [None, [], [1], {"a": 1}, [[], [], "BLUE", "", 1], [[], [], "RED", "", []]])
def test_what_does_not_fit_its_type_is_refused(data: object) -> None:
    with pytest.raises(ValueError):
        wire.unpack(Told, data)


CELLS = st.one_of(
    st.text(max_size=5),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(-9999), timedelta(9999)),
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12), st.booleans())
def test_a_sheet_arrives_as_it_was_read(rows: list[list[object]], repeated: bool) -> None:
    sheet = Sheet("表", rows * 4 if repeated else rows, {2}, [MergedRange(0, 0, 1, 1)], {(0, 1): "2010-07"})
    sheet.far, sheet.hidden_columns, sheet.uncached = FarCells(1, 2, 3), {1}, [(0, 0)]
    wanted = [[type(cell) for cell in row] for row in sheet.rows]
    parts = [(wire.PART, wire.load(wire.dump(part))) for part in sheet_frames.parts_of(sheet)]
    found = sheet_frames.sheets_from(parts)[0]
    assert [[type(cell) for cell in row] for row in found.rows] == wanted
    assert len(found.rows) == len(sheet.rows) and found.displays == sheet.displays and found.far == sheet.far


def test_moments_keep_their_kind() -> None:
    cells: list[object] = [datetime(2026, 9, 3, 14, 30), date(2026, 9, 3), clock(14, 30), timedelta(hours=30)]
    parts = [(wire.PART, wire.load(wire.dump(part))) for part in sheet_frames.parts_of(Sheet("表", [cells]))]
    assert sheet_frames.sheets_from(parts)[0].rows == [cells]


@pytest.mark.parametrize(
    "part", [None, [], ["rows", 2, [[[["a"], []], None]]], ["sheet"], ["end", 1], ["rows", 1, [1]]]
)
def test_a_part_that_is_none_is_refused(part: object) -> None:
    with pytest.raises(ValueError):
        sheet_frames.sheets_from([(wire.PART, ["sheet", "a", True, False]), (wire.PART, part)])


def test_a_zip_with_too_many_entries_is_one_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for number in range(20_001):
            archive.writestr(f"xl/{number}", b"")
        archive.writestr("xl/workbook.xml", BOOK)
    with pytest.raises(UserError):
        read_workbook(tmp_path / "a.xlsx")


def test_a_reader_that_cannot_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "command", lambda: ["/nowhere/at/all"])
    with pytest.raises(EnvironmentFault) as refused:
        parent.ask("workbook", {}, name="名册.xlsx")
    assert "“名册.xlsx”" in refused.value.message
