"""A finding: what a rule says about a record today."""

from __future__ import annotations

from dataclasses import dataclass

INFO, WARNING, ERROR = "info", "warning", "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule has to say.

    `rule` is its code in the rule book, `message` one sentence without the record's name, which is `subject`. `kind`
    and `records` are what it is about and what to open (kind `backup`: the page of backups). `field` names the field
    it stands under, `due_on` the partial date by which something has to be done, `step` the lead time reached (days
    before that day, negative after), `article` and `edition` what it rests on; `detail` is a second line.
    """

    rule: str
    severity: str
    message: str
    field: str = ""
    due_on: str | None = None
    article: str = ""
    edition: str = ""
    kind: str = ""
    records: tuple[str, ...] = ()
    subject: str = ""
    step: int | None = None
    detail: str = ""

    @property
    def text(self) -> str:
        """The sentence as it stands alone: with the name of the record where it has one."""
        return f"{self.subject}：{self.message}" if self.subject else self.message
