"""Which identity signs: that of the options, of config.toml's files, of its command, or none."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest

from mailferry.iphone.signing import SigningIdentity, load_identity
from mailferry.model.problem import InvalidFileError, MailferryError
from mailferry.model.secret import Secret, SecretError
from mailferry.signing import SigningError, identity_for, signing_remarks
from mailferry.store.files import FileError
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.iphone.identities import DAY, NOW, Identity, between, issue, leaf, root, rsa_leaf, trust
from tests.secret_hunt import plant

PASSPHRASE = "Grüße, 2 Pferde!"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "chain.pem").write_bytes(leaf().pem + leaf().chain_pem)
    (folder / "keys" / "key.pem").write_bytes(leaf().key_pem())
    (folder / "keys" / "between.pem").write_bytes(between().pem)
    (folder / "keys" / "rsa.p12").write_bytes(rsa_leaf().pkcs12(PASSPHRASE))
    return folder


def workspace(home: Path, config: str = "") -> Workspace:
    if config:
        (home / "config.toml").write_text(config)
    return Workspace(Home(config=home, state=home / "state"))


def passphrase(_question: str) -> Secret:
    return Secret(PASSPHRASE)


def name(identity: SigningIdentity | None) -> str | None:
    return identity.signer.name if identity else None


FILES = '[signing]\ncertificate = "keys/chain.pem"\nkey = "keys/key.pem"\n'
PKCS12 = '[signing]\ncertificate = "keys/rsa.p12"\n'


def test_nothing_wished_nothing_signed(home: Path) -> None:
    assert identity_for(workspace(home)) is None
    assert identity_for(workspace(home, "mouse = true\n")) is None


def test_files_of_the_configuration_are_in_the_home_folder(home: Path) -> None:
    assert name(identity_for(workspace(home, FILES))) == "profiles.example"
    three = FILES.replace("chain.pem", "leaf.pem") + 'chain = "keys/between.pem"\n'
    (home / "keys" / "leaf.pem").write_bytes(leaf().pem)
    identity = identity_for(workspace(home, three))
    assert identity is not None
    assert identity.complete
    elsewhere = f'[signing]\ncertificate = "{home}/keys/chain.pem"\nkey = "{home}/keys/key.pem"\n'
    assert name(identity_for(workspace(home, elsewhere))) == "profiles.example"


def test_options_come_before_the_configuration(home: Path) -> None:
    identity = identity_for(
        workspace(home, FILES), certificate=home / "keys" / "rsa.p12", passphrase=passphrase
    )
    assert name(identity) == "rsa.example"


def test_a_passphrase_is_asked_for_with_words(home: Path) -> None:
    questions = []

    def ask(question: str) -> Secret:
        questions.append(question)
        return Secret(PASSPHRASE)

    assert name(identity_for(workspace(home, PKCS12), passphrase=ask)) == "rsa.example"
    assert questions == ["Passphrase of the PKCS#12 file"]


def test_what_is_wrong_is_said_of_the_file(home: Path) -> None:
    with pytest.raises(SigningError, match=r"keys/rsa\.p12: A passphrase is needed for the PKCS#12 file"):
        identity_for(workspace(home, PKCS12))
    with pytest.raises(SigningError, match=r"keys/rsa\.p12: The passphrase does not open the PKCS#12 file"):
        identity_for(workspace(home), passphrase=lambda _: Secret("wrong"), certificate=home / "keys/rsa.p12")
    (home / "keys" / "key.pem").write_text("words")
    with pytest.raises(SigningError, match=r"keys/key\.pem: It is neither a certificate nor a key"):
        identity_for(workspace(home, FILES))
    (home / "keys" / "key.pem").unlink()
    with pytest.raises(FileError, match=r"keys/key\.pem: there is no such file"):
        identity_for(workspace(home, FILES))


def test_a_file_of_any_size_and_kind_is_refused(home: Path) -> None:
    big = home / "big.pem"
    with big.open("wb") as file:
        file.truncate(5 << 30)
    for path in (big, home, Path("/dev/zero")):
        with pytest.raises(FileError):
            identity_for(workspace(home), certificate=path)


def test_a_key_alone_signs_nothing(home: Path) -> None:
    with pytest.raises(SigningError, match="name that one too"):
        identity_for(workspace(home, FILES), key=home / "keys" / "key.pem")


def test_a_broken_configuration_is_said(home: Path) -> None:
    with pytest.raises(InvalidFileError, match="certifikate"):
        identity_for(workspace(home, '[signing]\ncertifikate = "x"\n'))


def command(code: str) -> str:
    return f'[signing]\ncommand = ["{sys.executable}", "-c", """{code}"""]\n'


@pytest.mark.parametrize("file", ["all.pem", "leaf.p12"])
def test_a_command_prints_the_identity(home: Path, file: str) -> None:
    content = {"all.pem": leaf().pem + leaf().chain_pem + leaf().key_pem(), "leaf.p12": leaf().pkcs12()}[file]
    (home / file).write_bytes(content)
    config = command(f"import sys; sys.stdout.buffer.write(open('{home / file}', 'rb').read())")
    identity = identity_for(workspace(home, config + 'certificate = "not/there.pem"\n'))
    assert name(identity) == "profiles.example"


def test_a_command_may_print_what_is_encrypted(home: Path) -> None:
    config = command(f"import sys; sys.stdout.buffer.write(open('{home}/keys/rsa.p12', 'rb').read())")
    assert name(identity_for(workspace(home, config), passphrase=passphrase)) == "rsa.example"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("pass", "printed nothing, and should print a certificate and its key"),
        ("print('words')", "It is neither a certificate nor a key"),
        ("import sys; sys.exit('locked')", "the signing command “.*” ended with status 1. It said: locked"),
        ("print('x' * 100000)", "printed more than 64 KiB and was stopped; an identity is a certificate"),
    ],
)
def test_a_command_that_prints_no_identity(home: Path, code: str, words: str) -> None:
    with pytest.raises(MailferryError, match=words):
        identity_for(workspace(home, command(code)))


def test_a_command_that_is_not_there(home: Path) -> None:
    with pytest.raises(SecretError, match="the signing command “no-such-program-x” was not found"):
        identity_for(workspace(home, '[signing]\ncommand = ["no-such-program-x"]\n'))


def test_what_a_command_prints_is_not_shown_when_it_fails(home: Path) -> None:
    printed = plant(home / "printed", "Geheim-5512")
    code = f"import sys; text = open('{printed}').read(); print(text); sys.exit('cannot: ' + text)"
    with pytest.raises(SecretError) as raised:
        identity_for(workspace(home, command(code)))
    assert "Geheim" not in str(raised.value)


# What is said before.


def remarks(identity: Identity, *, now: datetime.datetime = NOW, chain: bytes | None = None) -> list[str]:
    loaded = load_identity(
        identity.pem, key=identity.key_pem(), chain=identity.chain_pem if chain is None else chain, now=NOW
    )
    return list(signing_remarks(loaded, now=now))


SAME = "To replace this profile later, sign with this same certificate and key"


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trust(monkeypatch, tmp_path, root())


def test_when_the_signature_lapses_and_what_then() -> None:
    first, second = remarks(leaf())
    assert first.startswith("The signature lapses on 16 September 2027. An account that is on an iPhone")
    assert second.startswith(SAME)
    assert "a renewed certificate included" in second


def test_soon_is_said() -> None:
    first, _ = remarks(leaf(), now=NOW + 290 * DAY)
    assert first.startswith("The signature lapses soon, on 16 September 2027 (10 days left).")
    first, _ = remarks(leaf(), now=NOW + 299 * DAY)
    assert "(1 day left)" in first


def test_over_or_not_yet() -> None:
    first, _ = remarks(leaf(), now=NOW + 301 * DAY)
    assert first.startswith("The certificate of “profiles.example” ended on 16 September 2027.")
    first, _ = remarks(issue("new", root(), begins=DAY))
    assert first.startswith("The certificate of “new” holds only from 21 November 2026 on")


def test_a_missing_certificate_between_is_said() -> None:
    first, *_ = remarks(leaf(), chain=b"".join([root().pem]))
    assert first.startswith("The certificate of the authority that vouches for “profiles.example” is missing")
    assert "fullchain.pem" in first


def test_a_stranger_whose_chain_is_whole_lacks_nothing() -> None:
    own = issue("Own Root", authority=True)
    first, _ = remarks(issue("leaf", own))
    assert first.startswith("The signature lapses")
