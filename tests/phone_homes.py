"""A home folder whose accounts go to iPhones."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from mailferry.exporting import Export, export_profile
from mailferry.handing_over import HandedOver, hand_over
from mailferry.model.account import Account
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.store.home import locate_home
from mailferry.store.results import StoredCheck
from mailferry.workspace import AccountEntry, Workspace

WHEN = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
MUM = (
    '# Mum’s account\naddress = "mum@centurylink.net"\nname = "Mary Example"\nlabel = "Mum"\nperson = "Mum"\n'
)
ICLOUD = 'address = "mary@icloud.com"\nname = "Mary Example"\nlabel = "Mum iCloud"\nperson = "Mum"\n'
DAD = 'address = "dad@msn.com"\nperson = "Dad"\n'


class PhoneHome:
    """A home folder and its workspace; `write("accounts/mum.toml", text)` puts a file into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = Workspace(locate_home(folder))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(text.encode())
        self.workspace.forget_cached()
        return path

    def text(self, account_id: str) -> str:
        return (self.folder / "accounts" / f"{account_id}.toml").read_bytes().decode()

    def entry(self, name: str) -> AccountEntry:
        return self.workspace.find(name)

    def account(self, name: str) -> Account:
        value = self.entry(name).value
        assert value is not None
        return value

    def test(self, name: str, *, ok: bool = True, when: datetime.datetime = WHEN, detail: str = "") -> None:
        """A test of the account as it is now, that passed or failed at the sign-in."""
        entry = self.entry(name)
        stage = StageResult(stage="auth", ok=ok, seconds=0.1, detail=detail)
        server = ServerCheck(
            role="incoming",
            protocol="imap",
            host="mail.example.net",
            port=993,
            security="tls",
            ok=ok,
            stages=(stage,),
            failed_stage=None if ok else "auth",
            cause=None if ok else "not-tried" if detail else "wrong-password",
        )
        check = AccountCheck(
            account=entry.id, address=self.account(name).address, ok=ok, seconds=1.0, servers=(server,)
        )
        digest = self.workspace.digest(entry.id, self.account(name))
        self.workspace.results.keep(StoredCheck(when=when, settings=digest, check=check))

    def export(self, *names: str, person: str | None = None) -> Export:
        return export_profile(self.workspace, [self.entry(name) for name in names], person=person)

    def hand_over(
        self, *names: str, person: str | None = None, to: str = "/tmp/a.mobileconfig"
    ) -> HandedOver:
        return hand_over(self.workspace, self.export(*names, person=person), "file", to)


def signed(export: Export, fingerprint: str, *, lapses: datetime.datetime) -> Export:
    """The export as if somebody had signed it."""
    from mailferry.store.given import GivenSigner

    assert export.given is not None
    signer = GivenSigner(name=f"Signer {fingerprint}", fingerprint=fingerprint, lapses=lapses)
    return msgspec.structs.replace(export, given=msgspec.structs.replace(export.given, signer=signer))
