"""A profile and its instructions by mail, through Postfix into Dovecot's inbox."""

from __future__ import annotations

import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from pathlib import Path

import pytest

from mailferry.checks.options import CheckOptions
from mailferry.exporting import Export, export_profile, export_sheet
from mailferry.mailing import mail_export
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.secrets.wallet import Wallet
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.real.servers import HOST, PASSWORDS
from tests.real.test_sending import Service, inbox, service

__all__ = ["service"]

pytestmark = pytest.mark.real

ACCOUNT = """
address = "joe@elsewhere.test"
name = "Joé"
[incoming]
host = "{host}"
[outgoing]
host = "{host}"
port = {port}
security = "tls"
username = "{user}"
auth = "password"
[password]
from = "ask"
"""


@pytest.fixture
def workspace(service: Service, tmp_path: Path) -> Workspace:
    return _workspace(service, tmp_path, PASSWORDS["joe"])


def _workspace(service: Service, folder: Path, password: str) -> Workspace:
    accounts = folder / "accounts"
    accounts.mkdir()
    text = ACCOUNT.format(host=HOST, port=service.sending.tls, user="joe")
    (accounts / "joe.toml").write_text(text, encoding="utf-8")
    (accounts / "mum.toml").write_text('address = "mum@centurylink.net"\nname = "Mary"\n', encoding="utf-8")
    return Workspace(
        Home(config=folder, state=folder / "state"),
        wallet=Wallet(prompt=lambda _: Secret(password)),
        check_options=CheckOptions(
            ca_files=(service.ca_file,),
            connect_to={f"{HOST}:{service.sending.tls}": f"127.0.0.1:{service.sending.tls}"},
            resolve_only=True,
        ),
    )


def exports(workspace: Workspace) -> tuple[Export, Export]:
    mum = workspace.find("mum")
    return export_profile(workspace, [mum]), export_sheet(workspace, [mum], "html")


def send(workspace: Workspace, to: str) -> ServerCheck:
    return mail_export(workspace, workspace.find("joe"), to, exports(workspace), title="Mum", lang="de")


def test_it_arrives_whole(service: Service, workspace: Workspace) -> None:
    check = send(workspace, "joe@example.test")
    assert check.ok, check
    (path,) = _arrived(service)
    message = BytesParser(policy=SMTPUTF8).parsebytes(path.read_bytes())
    path.unlink()
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Mail auf Ihrem iPhone: Mum"
    profile, sheet = message.iter_attachments()
    wanted = exports(workspace)
    assert profile.get_content_type() == "application/x-apple-aspen-config"
    assert profile.get_content() == wanted[0].content
    assert sheet.get_payload(decode=True) == wanted[1].content


def _arrived(service: Service) -> list[Path]:
    """Postfix answers before it has delivered."""
    end = time.monotonic() + 20
    while not (found := inbox(service)) and time.monotonic() < end:
        time.sleep(0.02)  # no event to wait for: it is another program
    return found


def test_an_address_beyond_ascii(service: Service, workspace: Workspace) -> None:
    assert send(workspace, "zoé@example.test").ok
    (path,) = _arrived(service)
    path.unlink()


def test_a_recipient_whom_the_server_refuses(service: Service, workspace: Workspace) -> None:
    check = send(workspace, "mum@far-away.test")
    assert (check.failed_stage, check.cause) == ("send", "relay-denied")
    assert check.advice


def test_a_wrong_password(service: Service, tmp_path: Path) -> None:
    check = send(_workspace(service, tmp_path, "wrong horse"), "joe@example.test")
    assert (check.failed_stage, check.cause, check.attempts) == ("auth", "wrong-password", 1)
    assert inbox(service) == []
