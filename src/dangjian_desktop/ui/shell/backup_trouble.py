"""The line above every page as long as the automatic backup fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..widgets.banner import Banner

if TYPE_CHECKING:
    from ...services.office.office import Office
    from ..widgets.dialogs import DialogService
    from ..widgets.job import JobRunner
    from .gateway import Gateway


class BackupTrouble:
    """Tells of a failed backup until one succeeds, and makes one now."""

    def __init__(
        self, office: Office, gateway: Gateway, runner: JobRunner, dialogs: DialogService, banner: Banner
    ) -> None:
        self._office, self._gateway, self._runner, self._dialogs = office, gateway, runner, dialogs
        self._banner = banner

    def look(self) -> None:
        """Ask in the background whether the last automatic backup failed."""
        self._runner.fetch(lambda: self._gateway.backup_failure(self._office), self._tell, owner=self._banner)

    def back_up(self) -> None:
        """Make a backup now."""
        self._runner.start(
            "备份",
            lambda progress: self._gateway.back_up_now(self._office, progress),
            lambda _path: self.look(),
            failed=self._dialogs.error,
            owner=self._banner,
        )

    def _tell(self, failure: str) -> None:
        self._banner.setVisible(bool(failure))
        if failure:
            self._banner.tell(
                f"自动备份没有成功：{failure}数据仍完好，但现在没有新的备份。",
                "error",
                (("现在备份", self.back_up),),
                closable=False,
            )
