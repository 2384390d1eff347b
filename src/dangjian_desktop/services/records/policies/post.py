"""Posts: held from a day to a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import as_of

from .base import Policy


class PostPolicy(Policy):
    """A post held in a unit."""

    kind = "post"

    def standing_on(self, office: Office, ids: Sequence[str], on: date) -> list[str]:
        """Posts that were held on the day."""
        with office.database.read() as connection:
            held = as_of.posts_in_force(connection, on)
        return [i for i in ids if i in held]
