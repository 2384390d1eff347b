"""Accounts: who may open this file and as what, passwords, the recovery key, handing over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout

from dangjian_desktop.domain.records.permissions import ACCOUNTS, FILE, MANAGE, ROLE_NAMES
from dangjian_desktop.services.office import accounts, handover
from dangjian_desktop.services.office.accounts import Account, Disabled

from ....base.errors import UserError
from ... import theme
from ...records.form_dialog import FormDialog, ask_form
from ...shell.context import PageContext
from ...shell.key_sheet import slip_pages
from ...widgets.flow import FlowLayout
from ...widgets.labels import button, label
from ...widgets.pdf_preview import pages_of
from .account_dialogs import MAY, SCOPE, AccountDialog, PasswordDialog
from .parts import Pane, chosen, fill, offer_on_rows, plain_table


class AccountsPane(Pane):
    """The list of accounts with what can be done to one."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._accounts: list[Account] = []
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        self.note = label("每个人用自己的账户，操作记录才分得清是谁做的。", "soft", wrap=True)
        box.addWidget(self.note)
        self.table = plain_table("账户", ("账户", "角色", "范围", "状态", "建立时间"), (150, 110, 260, 100))
        self.table.itemSelectionChanged.connect(self._show_buttons)
        box.addWidget(self.table, 1)
        row = FlowLayout(gap=px(8))
        self.buttons = {
            "add": button("新增账户…", self.add, role="primary", icon_name="plus"),
            "own": button("改我的密码…", self.own_password),
            "password": button("改别人的密码…", self.password),
            "role": button("改角色…", self.role),
            "disable": button("停用…", self.disable),
            "handover": button("打印交接单…", self.hand_over, icon_name="print"),
            "key": button("更换恢复密钥…", self.rotate, icon_name="key"),
        }
        for made in self.buttons.values():
            row.addWidget(made)
        box.addLayout(row)
        offer_on_rows(self.table, [self.buttons[key] for key in ("password", "role", "disable", "handover")])
        self._box = box

    def enter(self) -> None:
        """Fetch the accounts; who does not manage any still changes the own password here."""
        office = self.context.office
        if not office.actor.may(MANAGE, ACCOUNTS):
            self._only_own()
            return
        self.context.runner.fetch(lambda: accounts.listing(office), self._show, failed=self._not_allowed, owner=self)

    def add(self) -> None:
        """Ask for a new account with its first password, and put that on paper."""
        dialog = AccountDialog(self.context, frozenset(account.name for account in self._accounts))
        accepted = self.context.dialogs.run(dialog)
        asked = dialog.answer
        dialog.deleteLater()
        if not accepted or asked is None:
            return
        office = self.context.office

        def then() -> None:
            if asked.slip:
                self.context.shell.preview(
                    slip_pages(office.name, asked.name, ROLE_NAMES[asked.role], asked.password, office.today())
                )

        self._do(
            lambda: accounts.add(office, asked.name, asked.role, asked.password, scope=asked.scope),
            f"已新增账户“{asked.name}”",
            then,
        )

    def password(self) -> None:
        """Set a new password for the chosen account, one's own with the old one."""
        account = self._one()
        if account is not None:
            self._change_password(account.name)

    def own_password(self) -> None:
        """Set a new password for oneself: every account may."""
        self._change_password(self.context.office.actor.name)

    def _change_password(self, name: str) -> None:
        office = self.context.office
        own = name == office.actor.name
        # Who came in by the recovery key has forgotten the old one.
        dialog = PasswordDialog(f"“{name}”的新密码", ask_old=own and not office.vault.by_recovery_key)
        accepted, old, new = self.context.dialogs.run(dialog), dialog.old, dialog.new
        dialog.deleteLater()
        if accepted:
            # The reminder of who came in by the recovery key has been heeded.
            then = self.context.shell.end_banner if own else lambda: None
            self._do(lambda: accounts.passwd(office, name, new, old=old), "密码已改", then)

    def role(self) -> None:
        """Change what an account may do and where."""
        account = self._one()
        if account is None:
            return
        role = self._role(account.name)
        if role is None:
            return
        question = FormDialog(self.context, f"“{account.name}”管哪里", [SCOPE], values={"scope": account.scope})
        answer = ask_form(self.context, question)
        if answer is not None:
            scope = answer.get("scope")
            self._do(lambda: accounts.set_role(self.context.office, account.name, role, scope=scope), "角色已改")

    def disable(self) -> None:
        """Take an account's access away, with a new data key where the person wants one."""
        account, office = self._one(), self.context.office
        if account is None:
            return
        ways = [("plain", "只停用：它的密码打不开这个文件")]
        if office.actor.may(MANAGE, FILE):
            ways.append(("key", "停用，并更换数据钥匙：要重新打印恢复密钥"))
        told = (
            "以往的操作记录保留。停用以前做的备份和拷走的文件，用它原来的密码仍然打得开，换不换都一样。"
            "这个人可能留有钥匙、又拿得到以后的文件时，请换。"
        )
        way = self.context.dialogs.choose(f"停用账户“{account.name}”？", ways, told, danger=True)
        if way is None:
            return
        self.context.runner.start(
            "停用账户",
            lambda _progress: accounts.disable(office, account.name, new_key=way == "key"),
            lambda done: self._disabled(account.name, done),
            failed=self.context.dialogs.error,
            owner=self,
            cancellable=False,
        )

    def _disabled(self, name: str, done: Disabled) -> None:
        self.context.shell.done(f"已停用“{name}”", undo=False)
        self.enter()
        if done.recovery_key is not None:
            self._print_key(done.recovery_key)
        else:
            self.context.dialogs.message(f"已停用“{name}”。", done.truth)

    def rotate(self) -> None:
        """Make a new recovery key and show it for printing."""
        if not self.context.dialogs.confirm(
            "更换恢复密钥？",
            "旧的打印件从此打不开这个文件（以前的备份仍可用旧的打开）。新的要马上打印、封存。",
            yes="更换",
            danger=True,
        ):
            return
        office = self.context.office
        self.context.runner.start(
            "更换恢复密钥",
            lambda _progress: accounts.rotate_recovery_key(office),
            self._print_key,
            failed=self.context.dialogs.error,
            owner=self,
            cancellable=False,
        )

    def hand_over(self) -> None:
        """Ask who leaves and who takes over, and show the sheet."""
        account = self._one()
        if account is None:
            return
        taking = self.context.dialogs.ask("接手的人叫什么名字？", detail=f"移交人：{account.name}")
        if not taking:
            return
        office = self.context.office
        self.context.runner.start(
            "交接单",
            lambda _progress: handover.preview(office, account.name, taking),
            lambda made: self.context.shell.preview(pages_of(made)),
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    # Inside

    def _role(self, name: str) -> str | None:
        # What most accounts are comes first: Enter alone must not make an administrator.
        options = [(role, f"{ROLE_NAMES[role]}：{words}") for role, words in MAY.items()]
        return self.context.dialogs.choose(f"“{name}”做什么用？", options)

    def _do(self, work: Callable[[], None], said: str, then: Callable[[], None] = lambda: None) -> None:
        def done(_none: None) -> None:
            self.context.shell.done(said, undo=False)
            self.enter()
            then()

        # Keys are wrapped with a slow derivation, so this is a job of its own.
        self.context.runner.start(
            "账户",
            lambda _progress: work(),
            done,
            failed=self.context.dialogs.error,
            owner=self,
            cancellable=False,
        )

    def _print_key(self, key: str) -> None:
        from ...shell.key_sheet import key_pages

        office = self.context.office
        # Told first: a message after it would bring the main window in front of the only sight of the key.
        self.context.dialogs.message("恢复密钥已更换。", "接着显示新的，请立即打印并封存；关掉预览后不再显示。")
        self.context.shell.preview(key_pages(office.name, office.actor.name, key, office.today()))

    def _show(self, found: list[Account]) -> None:
        self.setEnabled(True)
        self._accounts = found
        fill(
            self.table,
            [
                (
                    account.name,
                    account.role_name,
                    account.scope or "整个文件",
                    "已停用" if account.disabled else "正常",
                    account.created_at[:10],
                )
                for account in found
            ],
            found,
            faint=[account.disabled for account in found],
        )
        self._show_buttons()

    def _only_own(self) -> None:
        self.note.setText("您的账户不管别的账户；自己的密码可以在这里改。")
        if not self.table.isHidden():
            # Without the list the sentence and its button stand together at the top.
            self.table.hide()
            self._box.addStretch(1)
        for key, made in self.buttons.items():
            made.setVisible(key == "own")

    def _not_allowed(self, error: Exception) -> None:
        self.note.setText(error.message if isinstance(error, UserError) else "账户列表没有读出来。")
        for key, made in self.buttons.items():
            made.setEnabled(key == "own")

    def _one(self) -> Account | None:
        found = chosen(self.table)
        return found[0] if found and isinstance(found[0], Account) else None

    def _show_buttons(self) -> None:
        account = self._one()
        for key in ("password", "role", "disable", "handover"):
            self.buttons[key].setEnabled(account is not None and not (account.disabled and key != "handover"))
        self.buttons["key"].setEnabled(self.context.office.actor.may(MANAGE, FILE))
