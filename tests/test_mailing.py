"""An export by mail: the letter, and its way over the check engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from pathlib import Path

import pytest

from mailferry.checks.events import CheckEvent, ConversationEnded
from mailferry.checks.options import CheckOptions
from mailferry.exporting import Export, export_profile, export_sheet
from mailferry.iphone.language import LANGUAGES
from mailferry.iphone.signing import load_identity, sign
from mailferry.mailing import UnfitForMailError, compose, mail_export
from mailferry.model.account import Account
from mailferry.model.address import AddressError, parse_address
from mailferry.model.check import ServerCheck
from mailferry.model.problem import InvalidFileError
from mailferry.model.secret import Secret
from mailferry.model.transcript import ServerTranscript
from mailferry.model.transcript_text import as_text
from mailferry.secrets.wallet import Wallet
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.checks import scripts
from tests.checks.fault_server import FaultServer
from tests.checks.mailbox import Mailbox
from tests.iphone.identities import leaf

PASSWORD = "s3cret-Pferd"
PROFILE = Export(content=b"<?xml?><plist/>\n", file_name="mum.mobileconfig")
SHEET = Export(content="<!doctype html><p>Grüße".encode(), file_name="mum.html")
ACCOUNT = """
address = "joe@mail.test"
name = "Joé Example"
[incoming]
host = "mail.test"
[outgoing]
host = "mail.test"
port = {port}
security = "none"
username = "joe"
auth = "password"
[password]
from = "ask"
"""


class Post:
    """An account that sends through a server of the test."""

    def __init__(self, folder: Path, server: FaultServer) -> None:
        accounts = folder / "accounts"
        accounts.mkdir(parents=True)
        (accounts / "joe.toml").write_text(ACCOUNT.format(port=server.port))
        self.asked: list[str] = []
        self.transcripts: list[ServerTranscript] = []
        self.workspace = Workspace(
            Home(config=folder, state=folder / "state"),
            wallet=Wallet(prompt=self._ask),
            check_options=CheckOptions(
                timeout=10,
                connect_to={f"mail.test:{server.port}": f"127.0.0.1:{server.port}"},
                resolve_only=True,
            ),
        )

    def _ask(self, question: str) -> Secret:
        self.asked.append(question)
        return Secret(PASSWORD)

    def _hear(self, event: CheckEvent) -> None:
        if isinstance(event, ConversationEnded):
            self.transcripts.append(event.transcript)

    def send(
        self, to: str = "mum@example.org", *exports: Export, cancel: threading.Event | None = None
    ) -> ServerCheck:
        return mail_export(
            self.workspace,
            self.workspace.find("joe"),
            to,
            exports or (PROFILE, SHEET),
            title="Mum",
            on_event=self._hear,
            cancel=cancel,
        )


Serve = Callable[..., Post]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def post(tmp_path: Path, mailbox: Mailbox) -> Iterator[Serve]:
    """`post(b"SIZE 1000", rcpt=b"550 no\\r\\n")`: an account whose server behaves so."""
    servers: list[FaultServer] = []

    def serve(*features: bytes, **answers: bytes) -> Post:
        server = FaultServer(mailbox.smtp(*features, **answers))
        server.__enter__()
        servers.append(server)
        return Post(tmp_path / f"home{len(servers)}", server)

    yield serve
    for server in servers:
        server.__exit__(None, None, None)


def read(data: bytes) -> EmailMessage:
    message = BytesParser(policy=SMTPUTF8).parsebytes(data)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_sent(post: Serve, mailbox: Mailbox) -> None:
    joe = post(b"SIZE 36700160")
    check = joe.send()
    assert check.ok, check
    assert [stage.stage for stage in check.stages][-2:] == ["auth", "send"]
    assert check.stages[-1].detail == "accepted; messages up to 36.7 MB"
    assert joe.asked == ["Password for joe@mail.test"]
    (data,) = mailbox.received
    assert mailbox.envelopes == [
        b"MAIL FROM:<joe@mail.test> SIZE=%d" % len(data),
        b"RCPT TO:<mum@example.org>",
    ]
    message = read(data)
    assert (message["From"], message["To"]) == ("Joé Example <joe@mail.test>", "mum@example.org")
    assert message["Subject"] == "Mail on your iPhone: Mum"
    profile, sheet = message.iter_attachments()
    assert profile.get_content_type() == "application/x-apple-aspen-config"
    assert profile.get_filename() == "mum.mobileconfig"
    assert profile.get_content() == PROFILE.content
    assert (sheet.get_content_type(), sheet.get_filename()) == ("text/html", "mum.html")
    assert sheet.get_payload(decode=True) == SHEET.content
    body = message.get_body(("plain",))
    assert body is not None
    assert "tap the attachment mum.mobileconfig" in body.get_content()
    assert "Joé Example" in body.get_content()
    assert max(map(len, data.split(b"\r\n"))) < 998
    assert data.isascii()


def test_nothing_is_kept_as_a_test(post: Serve) -> None:
    joe = post()
    assert joe.send().ok
    assert joe.workspace.results.get("joe") is None


@pytest.mark.parametrize(
    ("step", "answer", "cause", "words"),
    [
        ("mail", b"550 no\r\n", "sender-not-allowed", "from joe@mail.test"),
        ("rcpt", b"550 no\r\n", "recipient-refused", "from joe@mail.test to mum@example.org"),
        ("data", b"554 no\r\n", "message-rejected", "refused to take a message"),
        ("message", b"552 no\r\n", "message-too-large", "refused the message"),
        ("message", b"", "server-closed", "may have taken the message all the same"),
    ],
)
def test_not_sent_and_why(post: Serve, step: str, answer: bytes, cause: str, words: str) -> None:
    check = post(**{step: answer}).send()
    assert (check.ok, check.failed_stage, check.cause) == (False, "send", cause)
    assert words in check.stages[-1].detail
    assert check.advice


def test_too_large_is_known_before_anything_is_sent(post: Serve, mailbox: Mailbox) -> None:
    check = post(b"SIZE 1000").send()
    assert (check.failed_stage, check.cause) == ("send", "message-too-large")
    assert check.stages[-1].detail == "the server takes messages up to 1 kB; this one is larger"
    assert mailbox.envelopes == []


def test_an_address_that_the_server_cannot_take(post: Serve, mailbox: Mailbox) -> None:
    check = post().send("zoé@example.org")
    assert check.cause == "recipient-refused"
    assert check.stages[-1].detail.startswith("zoé@example.org has a letter outside ASCII before the @")
    assert mailbox.envelopes == []
    assert post(b"SMTPUTF8").send("zoé@example.org").ok
    assert mailbox.envelopes[-1] == "RCPT TO:<zoé@example.org>".encode()


def test_a_refused_password_is_sent_once_and_counted(tmp_path: Path) -> None:
    with FaultServer(scripts.smtp(auth=b"535 5.7.8 no\r\n")) as server:
        joe = Post(tmp_path, server)
        for _ in range(3):
            assert joe.send().cause == "wrong-password"
        assert sum(b"AUTH " in each for each in server.heard) == 3
        check = joe.send()
        assert (check.failed_stage, check.cause) == ("auth", "not-tried")
        assert "3 passwords were refused here within the last hour" in check.stages[-1].detail
        assert sum(b"AUTH " in each for each in server.heard) == 3


def test_stopped(post: Serve, mailbox: Mailbox) -> None:
    cancel = threading.Event()
    cancel.set()
    assert post().send(cancel=cancel).cause == "cancelled"
    assert mailbox.received == []


def test_the_transcript_shows_no_password(post: Serve) -> None:
    joe = post()
    joe.send()
    (transcript,) = joe.transcripts
    text = as_text([transcript])
    assert "RCPT TO:<mum@example.org>" in text
    assert PASSWORD not in text


@pytest.mark.parametrize("key", ["IncomingPassword", "OutgoingPassword", "Password"])
@pytest.mark.parametrize("signed", [False, True])
def test_a_password_never_goes_by_mail(post: Serve, mailbox: Mailbox, key: str, signed: bool) -> None:
    content = f"<plist><dict><key>{key}</key><string>x</string></dict></plist>".encode()
    if signed:
        content = sign(content, load_identity(leaf().pem, key=leaf().key_pem()))
    joe = post()
    with pytest.raises(UnfitForMailError, match=r"mum\.mobileconfig has a password in it"):
        joe.send("mum@example.org", SHEET, Export(content=content, file_name="mum.mobileconfig"))
    assert (joe.asked, mailbox.envelopes) == ([], [])


@pytest.mark.parametrize("to", ["", "mum", "mum@", "a b@example.org", "mum@example.org\r\nRCPT TO: x"])
def test_no_address(post: Serve, to: str) -> None:
    joe = post()
    with pytest.raises(AddressError):
        joe.send(to)
    assert joe.asked == []


def test_an_address_as_it_stands_in_a_message(post: Serve, mailbox: Mailbox) -> None:
    assert post().send("Mum <mum@example.org>").ok
    assert mailbox.envelopes[-1] == b"RCPT TO:<mum@example.org>"


def test_a_sender_whose_file_is_broken(post: Serve) -> None:
    joe = post()
    (joe.workspace.home.accounts / "broken.toml").write_text("address = 3\n")
    (broken,) = (entry for entry in joe.workspace.accounts() if entry.id == "broken")
    with pytest.raises(InvalidFileError):
        mail_export(joe.workspace, broken, "mum@example.org", (SHEET,), title="Mum")


def test_real_exports(post: Serve, mailbox: Mailbox) -> None:
    joe = post()
    entry = joe.workspace.find("joe")
    (joe.workspace.home.accounts / "mum.toml").write_text('address = "mum@centurylink.net"\n')
    mum = joe.workspace.find("mum")
    exports = (export_profile(joe.workspace, [mum]), export_sheet(joe.workspace, [mum], "html"))
    check = mail_export(joe.workspace, entry, "mum@example.org", exports, title="Mum")
    assert check.ok
    profile, sheet = read(mailbox.received[0]).iter_attachments()
    assert profile.get_content() == exports[0].content
    assert sheet.get_payload(decode=True) == exports[1].content


HOSTILE = 'Mum\r\nBcc: eve@example.org\u202e "é" <x>, 🎉'


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_letter_in_every_language(lang: str) -> None:
    account = Account(address="joe@mail.test", name=HOSTILE)
    to = parse_address("mum@example.org")
    sheet = Export(content=b"x", file_name="Muttis Gerät.txt")
    both = read(compose(account, to, (PROFILE, sheet), title=HOSTILE, lang=lang).data)
    one = read(compose(account, to, (sheet,), title=HOSTILE, lang=lang).data)
    for message in (both, one):
        assert message["Bcc"] is None
        assert [each.addr_spec for each in message["From"].addresses] == ["joe@mail.test"]
        assert "\u202e" not in str(message)
        text = message.get_body(("plain",))
        assert text is not None
        assert "Muttis Gerät.txt" in text.get_content()
        assert "{{" not in text.get_content()
        assert ("mum.mobileconfig" in text.get_content()) == (message is both)
    assert [each.get_filename() for each in both.iter_attachments()] == [
        "mum.mobileconfig",
        "Muttis Gerät.txt",
    ]


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("zoé@example.org", "zoé@example.org"),
        ('"a b\\"c"@example.org', '"a b\\"c"@example.org'),
        ("joe@bücher.example", "joe@xn--bcher-kva.example"),
    ],
)
def test_addresses_of_all_kinds(address: str, written: str) -> None:
    letter = compose(Account(address=address), parse_address(address), (SHEET,), title="x", lang="en")
    message = read(letter.data)
    assert str(letter.recipient) == str(letter.sender) == written
    assert [str(message["From"]), str(message["To"])] == [written, written]
    assert letter.needs_utf8 == (not address.partition("@")[0].isascii())


def test_no_two_letters_have_the_same_name() -> None:
    to = parse_address("mum@example.org")
    names = {
        read(compose(Account(address="joe@mail.test"), to, (SHEET,), title="x", lang="en").data)["Message-ID"]
        for _ in range(3)
    }
    assert len(names) == 3
    assert all(name.endswith("@mail.test>") for name in names)
