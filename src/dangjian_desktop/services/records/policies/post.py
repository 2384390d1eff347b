"""Posts: held from a day to a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import as_of
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from .base import Policy, backwards_in


class PostPolicy(Policy):
    """A post held in a unit."""

    kind = "post"

    def settle(self, office: Office, work: UnitOfWork) -> None:  # noqa: ARG002
        """Refuse a post that ends before it starts (`backwards`)."""
        if backwards_in(work, self.kind):
            raise UserError(
                "backwards", "免职日期早于任职日期。", effect="没有保存，数据没有改动。", advice="请核对这两个日期。"
            )

    def standing_on(self, office: Office, ids: Sequence[str], on: date) -> list[str]:
        """Posts that were held on the day."""
        with office.database.read() as connection:
            held = as_of.posts_in_force(connection, on)
        return [i for i in ids if i in held]
