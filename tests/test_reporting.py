"""Reports: everything a helper needs, nothing that is secret, raw, or, if wished, tells who it is."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from mailferry.model.check import AccountCheck, Certificate, Change, Repair, ServerCheck, StageResult
from mailferry.model.problem import MailferryError
from mailferry.model.transcript import ServerTranscript, TranscriptLine
from mailferry.reporting import report
from mailferry.store.home import locate_home
from mailferry.store.results import StoredCheck
from mailferry.workspace import Workspace

WHEN = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
ACCOUNT = """
address = "mary.example@icloud.com"
name = "Mary Example"
label = "Grandma"
person = "Grandma"
[incoming]
port = 143
"""
CHECK = AccountCheck(
    account="mum",
    address="mary.example@icloud.com",
    ok=False,
    seconds=1.0,
    servers=(
        ServerCheck(
            role="incoming",
            protocol="imap",
            host="imap.mail.me.com",
            port=143,
            security="tls",
            ok=False,
            stages=(
                StageResult(stage="dns", ok=True, seconds=0.01, detail="1 address"),
                StageResult(stage="tls", ok=False, seconds=0.02, detail="not for mary.example@icloud.com"),
            ),
            failed_stage="tls",
            cause="port-speaks-plaintext",
            server_said="NO ````` <b>mary.example</b>\r\n\x1b[2J* OK second line",
            advice="Change the port.",
            certificate=Certificate(
                subject="imap.mail.me.com",
                names=("imap.mail.me.com",),
                issuer="Apple",
                not_before=WHEN,
                not_after=WHEN,
                days_left=0,
                fingerprint="sha256:00ff",
            ),
            capabilities=("IMAP4REV1", "IDLE"),
            greeting="* OK \x07hello",
            repairs=(Repair(changes={"incoming.port": 993}, seen="993 answers with TLS", verdict="same"),),
            changed=(Change(what="greeting", before="a", now="b"),),
        ),
    ),
)
CONVERSATION = ServerTranscript(
    role="incoming",
    protocol="imap",
    host="imap.mail.me.com",
    port=143,
    security="tls",
    lines=(
        TranscriptLine(
            stage="greeting", direction="received", data=b"* OK ``` \x1b[2J mary.example@icloud.com"
        ),
    ),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(locate_home(tmp_path / "home"))
    workspace.home.accounts.mkdir(parents=True)
    (workspace.home.accounts / "mum.toml").write_text(ACCOUNT)
    return workspace


def test_all_that_a_helper_needs(workspace: Workspace) -> None:
    text = report(workspace, "mum", check=CHECK, transcripts=[CONVERSATION])
    for words in (
        "# mailferry report",
        "Python 3.",
        "address   mary.example@icloud.com",
        "port        143\n",
        "host        imap.mail.me.com  (inherited)",
        "username    mary.example (the part before the @)  (inherited)",
        "username    mary.example@icloud.com (the whole address)  (inherited)",
        "incoming.port: wrong: 143 (recommended: 993).",
        "✓ dns            10 ms  1 address",
        "port-speaks-plaintext: Change the port.",
        "The server said: NO ````` <b>mary.example</b>",
        "The server said: \\x1b[2J* OK second line",
        "Seen: 993 answers with TLS (compared: as recommended).",
        "Another greeting than when all was well: a → b",
        "sha256:00ff",
        "New mail is announced",
        "Capabilities: IMAP4REV1, IDLE",
        "## What was said",
        "< * OK ```",
    ):
        assert words in text, words


def test_nothing_raw_and_no_fence_is_closed_from_inside(workspace: Workspace) -> None:
    text = report(workspace, "mum", check=CHECK, transcripts=[CONVERSATION])
    assert text.replace("\n", "").isprintable()
    fences = [line for line in text.splitlines() if line.startswith("```")]
    assert len(fences) % 2 == 0
    for opening, closing in zip(fences[::2], fences[1::2], strict=True):
        assert opening == f"{closing}text"
    assert "``````text" in fences  # longer than what the server said


def test_without_the_address_nothing_tells_who_it_is(workspace: Workspace) -> None:
    text = report(workspace, "mum", check=CHECK, transcripts=[CONVERSATION], without_address=True)
    for words in ("mary", "Mary", "Grandma"):
        assert words not in text
    assert "the part before the @" in text
    assert "imap.mail.me.com" in text


def test_settings_that_nobody_states_are_not_called_inherited(workspace: Workspace) -> None:
    (workspace.home.accounts / "own.toml").write_text(
        'address = "mary@family.test"\n[incoming]\nhost = "mail.family.test"\nca_file = "own.pem"\n'
    )
    assert """## Settings

```text
incoming
  protocol    imap  (by default)
  host        mail.example.org
  port        not known
  security    not known
  auth        password  (by default)
  username    not known
  ca_file     given

outgoing
""" in report(workspace, "own", without_address=True)


def test_without_the_address_no_certificate_leads_to_it(workspace: Workspace) -> None:
    (workspace.home.accounts / "own.toml").write_text(
        """address = "mary@family.test"
person = "Firm"
[incoming]
host = "mail.family.test"
fingerprint = "sha256:{}"
""".format(":".join(["AA"] * 32))
    )
    server = msgspec.structs.replace(
        CHECK.servers[0],
        host="mail.hoster.example",
        certificate=Certificate(
            subject="mail.family.test",
            names=("mail.family.test", "shop.brother.example", "mail.hoster.example"),
            issuer="Firm CA",
            not_before=WHEN,
            not_after=WHEN,
            days_left=0,
            fingerprint="sha256:00ff",
        ),
        advice="The certificate is for mail.family.test and shop.brother.example.",
    )
    check = msgspec.structs.replace(CHECK, account="own", address="mary@family.test", servers=(server,))
    text = report(workspace, "own", check=check, without_address=True)
    assert "for mail.example.org, •••, mail.hoster.example" in " ".join(text.split())
    assert "from •••, 20 Nov" in text
    for words in ("family.test", "00ff", "brother", "Firm", "AA:AA", "Joe Example"):
        assert words not in text, words
    public = report(workspace, "mum", check=CHECK, without_address=True)
    assert "sha256:00ff" in public  # a provider's certificate tells nobody who it is


def test_the_folder_of_the_user_is_not_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/mary"))
    failed = CHECK.servers[0]
    told = AccountCheck(
        account="mum",
        address=CHECK.address,
        ok=False,
        seconds=1,
        servers=(
            ServerCheck(
                role="incoming",
                protocol="imap",
                host=failed.host,
                port=1,
                security="tls",
                ok=False,
                stages=(
                    StageResult(stage="auth", ok=False, seconds=0, detail="/home/mary/bin/token failed"),
                ),
            ),
        ),
    )
    assert "~/bin/token failed" in report(workspace, "mum", check=told)


def test_of_the_last_test_when_none_is_given(workspace: Workspace) -> None:
    assert "Not tested yet." in report(workspace, "mum")
    entry = workspace.find("mum")
    assert entry.value is not None
    digest = workspace.digest("mum", entry.value)
    workspace.results.keep(StoredCheck(when=WHEN, settings=digest, check=CHECK))
    text = report(workspace, "mum")
    assert "## Test, 2026-11-20 12:00 UTC\n" in text
    assert "## What was said" not in text
    workspace.results.keep(StoredCheck(when=WHEN, settings="other", check=CHECK))
    assert "of settings that have changed since" in report(workspace, "mum")


def test_an_account_that_cannot_be_read(workspace: Workspace) -> None:
    (workspace.home.accounts / "bad.toml").write_text("nonsense")
    for name in ("bad", "nobody"):
        with pytest.raises(MailferryError):
            report(workspace, name)
