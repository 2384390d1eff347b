"""The words of a paper as a text file: written out to be edited, and taken in again."""

from __future__ import annotations

from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import replace_file
from dangjian_desktop.services.office.office import Office

from ..output import Reply
from ..session import Request

SHIPPED = "default"


def write_words(request: Request) -> Reply:
    """The words of a paper as they are used now, with all that may be named in them."""
    from dangjian_desktop.services.reports import word_editing

    args, path = request.args, Path(request.args.words)
    with request.office() as office:
        # Scope and period only decide what the figures say; the words are the same for all.
        scope = request.scope(office)
        words = word_editing.for_editing(office, args.name, scope=scope, period=args.period, on=office.today())

    def write(target: Path) -> None:
        # The mark at the start tells the editors of old PCs that it is no GBK.
        target.write_text(words.text, encoding="utf-8-sig")

    replace_file(path, write)
    data = {
        "path": str(path),
        "own": words.own,
        "figures": {key: {"label": f.label, "text": f.printed} for key, f in words.figures.items()},
        "facts": dict(words.facts),
        "tables": dict(words.tables),
    }
    whose = "本单位改过的" if words.own else "程序自带的"
    return Reply(data, [f"已把{whose}文字写到“{path}”，改好后用 --template 换上。"])


def use_template(office: Office, name: str, asked: str) -> None:
    """Take the template from a file, or the shipped one again."""
    from dangjian_desktop.services.reports import report_templates

    if asked == SHIPPED:
        report_templates.put(office, name, None)
        return
    try:
        text = Path(asked).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "template_unreadable",
            f"读不出文稿模板“{asked}”。",
            effect="没有生成任何内容。",
            advice="请用 UTF-8 编码的文本文件。",
        ) from error
    report_templates.put(office, name, text)
