"""The workspace looks up online with the means of config.toml, and knows what was tested here."""

from __future__ import annotations

import asyncio
import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mailferry.catalog.discovery import online
from mailferry.catalog.discovery.asking import Asking
from mailferry.catalog.discovery.question import Question
from mailferry.discovering import discover, evidence_of_tests
from mailferry.model.account import Role
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.model.problem import MailferryError
from mailferry.model.recommendation import SourceAnswer
from mailferry.model.settings import ROLES
from mailferry.store.home import Home
from mailferry.store.results import StoredCheck
from mailferry.workspace import Workspace
from tests.catalog.sources import outgoing, said, says, silent

MAY = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    home = Home(tmp_path, tmp_path / "state")
    for folder in (home.accounts, home.providers, home.state / "results"):
        folder.mkdir(parents=True)
    return Workspace(home)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Online, only one source answers, and says what it was asked."""
    questions: list[Question] = []

    async def ask(question: Question) -> SourceAnswer:
        questions.append(question)
        question.web.announce(Asking(host="ispdb.example", about="firm.example"))
        return said("ispdb")

    monkeypatch.setattr(online, "all_sources", lambda: {"ispdb": ask, "mx": says(silent("mx"))})
    return questions


def _account(workspace: Workspace, name: str, text: str) -> None:
    (workspace.home.accounts / f"{name}.toml").write_text(text)


def _signed_in(
    workspace: Workspace, name: str, *, when: datetime.datetime = MAY, roles: tuple[Role, ...] = ROLES
) -> None:
    """Keep a test of the account in which these servers took the password."""
    entry = workspace.find(name)
    assert entry.value is not None
    settings = workspace.settings(name, entry.value)
    servers = []
    for role in ROLES:
        server = settings.server(role)
        stage = StageResult(stage="auth", ok=role in roles, seconds=0.1, detail="")
        servers.append(
            ServerCheck(
                role=role,
                protocol=server.protocol,
                host=server.host,
                port=server.port,
                security=server.security,
                ok=role in roles,
                stages=(stage,),
            )
        )
    check = AccountCheck(
        account=name, address=entry.value.address, ok=roles == ROLES, seconds=1, servers=tuple(servers)
    )
    workspace.results.keep(StoredCheck(when=when, settings=workspace.digest(name, entry.value), check=check))


OWN_SERVERS = """\
address = "{address}"
[incoming]
protocol = "imap"
host = "imap.firm.example"
port = 993
security = "tls"
username = "{username}"
auth = "password"
[outgoing]
host = "smtp.firm.example"
port = 465
security = "tls"
username = "{username}"
auth = "password"
"""


async def test_online_with_the_means_of_config_toml(workspace: Workspace, asked: list[Question]) -> None:
    workspace.home.config_file.write_text(
        '[lookup]\nresolver = "127.0.0.1:5300"\nispdb = "https://db.example/"\n'
        '[checks.connect_to]\n"db.example:443" = "127.0.0.1:8443"\n'
    )
    announced: list[str] = []
    answered: list[str] = []
    found = await discover(
        workspace,
        " Eva@FIRM.example. ",
        announce=lambda asking: announced.append(asking.host),
        answered=lambda answer: answered.append(answer.source),
    )
    assert (found.address, found.how) == ("Eva@firm.example", "ispdb")
    (question,) = asked
    assert question.resolver.nameserver == "127.0.0.1:5300"
    assert question.ispdb == "https://db.example/"
    assert question.web.connect_to == {"db.example:443": "127.0.0.1:8443"}
    assert announced == ["ispdb.example"]
    assert sorted(answered) == ["ispdb", "mx"]


async def test_a_resolver_that_is_no_address_is_named(workspace: Workspace, asked: list[Question]) -> None:
    workspace.home.config_file.write_text('[lookup]\nresolver = "dns.example"\n')
    with pytest.raises(MailferryError, match=r"lookup\.resolver"):
        await discover(workspace, "eva@firm.example", announce=lambda _: None)
    assert asked == []


async def test_a_provider_that_does_not_exist_asks_nobody(
    workspace: Workspace, asked: list[Question]
) -> None:
    found = await discover(workspace, "eva@firm.example", announce=lambda _: None, provider="nobody")
    assert (found.how, asked) == ("none", [])
    assert "nobody" in found.warnings[0]


async def test_a_provider_that_is_named_is_followed_and_the_others_are_shown(
    workspace: Workspace, asked: list[Question]
) -> None:
    found = await discover(workspace, "eva@firm.example", announce=lambda _: None, provider="fastmail")
    assert (found.how, found.provider) == ("domain", "fastmail")
    assert [answer.source for answer in found.sources] == ["domain", "mx", "ispdb"]


async def test_guessing_only_when_asked_for(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "all_sources", lambda: {"mx": says(silent("mx"))})
    monkeypatch.setattr(online, "ask_guess", says(said("guess")))
    assert (await discover(workspace, "eva@firm.example", announce=lambda _: None)).how == "none"
    assert (await discover(workspace, "eva@firm.example", announce=lambda _: None, guess=True)).how == "guess"


async def test_stopping(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = asyncio.Event()

    async def never(_: Question) -> SourceAnswer:
        stop.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(online, "all_sources", lambda: {"srv": never})
    found = await discover(workspace, "eva@firm.example", announce=lambda _: None, stop=stop)
    assert (found.how, found.sources[0].error) == ("none", "Stopped before an answer came.")


# What was tested here


async def test_a_sign_in_here_is_evidence_of_an_online_look_up(
    workspace: Workspace, asked: list[Question]
) -> None:
    _account(workspace, "eva", OWN_SERVERS.format(address="eva@firm.example", username="eva@firm.example"))
    _signed_in(workspace, "eva")
    found = await discover(workspace, "eva@firm.example", announce=lambda _: None)
    assert [answer.source for answer in found.sources] == ["mx", "ispdb", "tested"]
    assert found.evidence[-1].read == MAY.astimezone().date()
    assert "A sign-in tested here agrees." in (found.choice or "")


def test_the_servers_that_signed_in_and_when_and_as_whom(workspace: Workspace) -> None:
    _account(workspace, "eva", OWN_SERVERS.format(address="eva@firm.example", username="e.mueller"))
    _signed_in(workspace, "eva", roles=("incoming",))
    answer = evidence_of_tests(workspace, "eva@firm.example")
    assert answer is not None
    assert (answer.source, answer.ok, answer.read) == ("tested", True, MAY.astimezone().date())
    assert [(each.host, each.username, each.auth) for each in answer.incoming] == [
        ("imap.firm.example", "e.mueller", ("password",))
    ]
    assert answer.outgoing == ()
    assert answer.remarks == (
        "IMAP at imap.firm.example port 993: signed in here on 3 May 2026 as e.mueller.",
    )


@pytest.mark.parametrize(
    ("username", "for_us"),
    [("dad@firm.example", "eva@firm.example"), ("dad", "eva"), ("d.mueller", None)],
)
def test_another_account_of_the_domain_lends_the_form_of_its_user_name(
    workspace: Workspace, username: str, for_us: str | None
) -> None:
    _account(workspace, "dad", OWN_SERVERS.format(address="dad@firm.example", username=username))
    _signed_in(workspace, "dad")
    answer = evidence_of_tests(workspace, "eva@firm.example")
    assert answer is not None
    assert [each.username for each in (*answer.incoming, *answer.outgoing)] == [for_us, for_us]


def test_the_nearest_account_counts_and_of_equals_the_latest(workspace: Workspace) -> None:
    workspace.home.providers.joinpath("firm.toml").write_text(
        'name = "Firm"\ndomains = ["firm.example", "firm.test"]\n'
    )
    workspace.forget_cached()
    other = OWN_SERVERS.replace("imap.firm.example", "{host}")
    for name, address, host, day in (
        ("far", "far@firm.test", "far.firm.example", 9),
        ("old", "old@firm.example", "imap.firm.example", 1),
        ("new", "new@firm.example", "new.firm.example", 8),
    ):
        _account(workspace, name, other.format(address=address, username=address, host=host))
        _signed_in(workspace, name, when=MAY.replace(day=day))
    near = evidence_of_tests(workspace, "eva@firm.example")
    assert near is not None
    assert [each.host for each in near.incoming] == ["new.firm.example", "imap.firm.example"]
    assert [each.host for each in near.outgoing] == ["smtp.firm.example"]
    assert near.read == MAY.replace(day=8).astimezone().date()
    far = evidence_of_tests(workspace, "eva@firm.test")
    assert far is not None
    assert [each.host for each in far.incoming] == ["far.firm.example"]
    (workspace.home.accounts / "far.toml").unlink()
    provider = evidence_of_tests(workspace, "eva@firm.test")
    assert provider is not None
    assert [each.host for each in provider.incoming] == ["new.firm.example", "imap.firm.example"]


def _never_tested(_: Workspace) -> None:
    pass


def _refused(workspace: Workspace) -> None:
    _signed_in(workspace, "eva", roles=())


def _changed_since(workspace: Workspace) -> None:
    _signed_in(workspace, "eva")
    _account(workspace, "eva", OWN_SERVERS.format(address="eva@firm.example", username="other"))


@pytest.mark.parametrize("history", [_never_tested, _refused, _changed_since])
def test_what_proves_nothing(workspace: Workspace, history: Callable[[Workspace], None]) -> None:
    _account(workspace, "eva", OWN_SERVERS.format(address="eva@firm.example", username="eva"))
    history(workspace)
    assert evidence_of_tests(workspace, "eva@firm.example") is None


def test_an_account_elsewhere_proves_nothing(workspace: Workspace) -> None:
    _account(workspace, "eva", OWN_SERVERS.format(address="eva@firm.example", username="eva"))
    _signed_in(workspace, "eva")
    assert evidence_of_tests(workspace, "eva@other.example") is None


def test_looking_up_offline_loads_nothing_of_it(tmp_path: Path) -> None:
    code = (
        "import sys, json; from pathlib import Path\n"
        "from mailferry.store.home import Home; from mailferry.workspace import Workspace\n"
        "from mailferry.discovering import evidence_of_tests\n"
        f"w = Workspace(Home(Path({str(tmp_path)!r}), Path({str(tmp_path)!r})))\n"
        "w.look_up('joe@me.com'); w.look_up('joe@nowhere.example'); evidence_of_tests(w, 'joe@me.com')\n"
        "print(json.dumps([n for n in ('asyncio', 'dns', 'httpx', 'defusedxml') if n in sys.modules]))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []


def test_half_an_answer_stays_half(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "all_sources", lambda: {"srv": says(said("srv", outgoing()))})
    found = asyncio.run(discover(workspace, "eva@firm.example", announce=lambda _: None))
    assert (found.how, found.incoming) == ("srv", ())
