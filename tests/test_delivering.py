"""What goes to one iPhone, from where, and what is noted of it."""

from __future__ import annotations

import asyncio
import datetime
import plistlib
import threading
from pathlib import Path

import pytest
import trustme

from mailferry.consignment import Consignment, consign
from mailferry.delivering import Delivery, Place, certificate_of, known_host
from mailferry.exporting import NotExportableError
from mailferry.handing_over import HandedOver
from mailferry.iphone.delivery.events import Closed, Delivered, Event, Listening, NotRecorded
from mailferry.iphone.delivery.https import load_https
from mailferry.iphone.delivery.listening import ListeningError
from mailferry.iphone.delivery.page_top import with_end, with_hint
from mailferry.iphone.delivery.visitor import read_visitor
from mailferry.store.home import Home
from mailferry.workspace import AccountEntry, Workspace
from tests.iphone.delivery.serving import IPHONE

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Mum has an account that a profile carries and one that none does; Dad has an ordinary one."""
    home = tmp_path / "home"
    (home / "accounts").mkdir(parents=True, mode=0o700)
    for name, text in {
        "mum": 'address = "mum@centurylink.net"\nname = "Mary"\nperson = "Mum"\n',
        "msn": 'address = "mary@msn.com"\nperson = "Mum"\n',
        "dad": 'address = "dad@centurylink.net"\nperson = "Dad"\n',
    }.items():
        (home / "accounts" / f"{name}.toml").write_text(text)
    return Workspace(Home(home, home / "state"))


def entries(workspace: Workspace, *names: str) -> list[AccountEntry]:
    return [workspace.find(name) for name in names]


def of_mum(workspace: Workspace) -> Consignment:
    return consign(workspace, entries(workspace, "mum"))


# What goes


def test_what_no_profile_carries_is_left_out_and_said(workspace: Workspace) -> None:
    made = consign(workspace, entries(workspace, "mum", "msn"), person="Mum")
    assert made.profile is not None
    assert len(plistlib.loads(made.profile.content)["PayloadContent"]) == 1
    (why,) = made.left_out
    assert "mary@msn.com" in why
    assert "Outlook.com" in why
    assert "mary@msn.com" in made.page().decode()
    assert made.title == "Mum"


def test_where_nothing_can_be_carried_there_is_no_consignment(workspace: Workspace) -> None:
    with pytest.raises(NotExportableError, match=r"Outlook\.com"):
        consign(workspace, entries(workspace, "msn"))


def test_instructions_alone(workspace: Workspace) -> None:
    made = consign(workspace, entries(workspace, "msn"), instructions_only=True)
    assert (made.profile, made.file_name, made.left_out) == (None, None, ())
    assert b".mobileconfig" not in made.page()
    assert [file.file_name for file in made.attachments()] == ["msn.html"]


def test_page_and_profile_lie_side_by_side_and_mail_has_no_button(workspace: Workspace) -> None:
    made = of_mum(workspace)
    assert b'href="mum.mobileconfig"' in made.page()
    profile, sheet = made.attachments()
    assert (profile.file_name, sheet.file_name) == ("mum.mobileconfig", "mum.html")
    assert b'href="mum.mobileconfig"' not in sheet.content


def test_people_toml_knows_the_iphone_better_than_it_does_itself(workspace: Workspace) -> None:
    assert b'<html lang="fr"' in of_mum(workspace).page(ios=18, lang="fr")
    (workspace.home.people_file).write_text('[Mum]\nlanguage = "de"\nios = 17\n')
    made = consign(Workspace(workspace.home), entries(workspace, "mum"))
    assert made.language == "de"
    assert b'<html lang="de"' in made.page(ios=18, lang="fr")
    assert b"iOS 17" in made.page(ios=18, lang="fr")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (IPHONE, None),
        (IPHONE.replace("Version/18.5", "CriOS/126.0"), "other browsers may only save it"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "meant for an iPhone"),
        ("curl/8.5.0", "meant for an iPhone"),
    ],
)
def test_who_cannot_install_is_told_where_to_open_it(agent: str, words: str | None) -> None:
    page = '<html><body class="x"><p>instructions</p></body></html>'
    shown = with_hint(page, read_visitor(agent, ""), "en")
    assert (shown == page) is (words is None)
    assert words is None or words in shown
    assert "<p>instructions</p></body>" in shown


@pytest.mark.parametrize(
    ("lang", "today", "tomorrow"),
    [
        ("en", "works once, and until 20:41. ", "until 20:41 on 21 November 2026. "),
        ("de", "gilt einmal, und bis 20:41 Uhr. ", "bis 20:41 Uhr am 21. November 2026. "),
        ("fr", "une seule fois, jusqu’à 20:41. ", "jusqu’au 21 novembre 2026 à 20:41. "),
        ("es", "una sola vez, hasta las 20:41. ", "hasta las 20:41 del 21 de noviembre de 2026. "),
    ],
)
def test_the_page_says_that_the_link_works_once_and_until_when(lang: str, today: str, tomorrow: str) -> None:
    page = "<html><body><p>instructions</p></body></html>"
    until = NOON.replace(hour=20, minute=41)
    assert today in with_end(page, lang, until=until, now=NOON, profile=True)
    later = until + datetime.timedelta(days=1)
    assert tomorrow in with_end(page, lang, until=later, now=NOON, profile=True)
    alone = with_end(page, lang, until=until, now=NOON, profile=False)
    assert "20:41" not in alone
    assert alone != page


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "ask for a new link"),
        ("de", "bitten Sie um einen neuen Link"),
        ("fr", "demandez un nouveau lien"),
        ("es", "pida un enlace nuevo"),
    ],
)
def test_after_the_8_minutes_a_new_link_is_to_be_asked_for(
    workspace: Workspace, lang: str, words: str
) -> None:
    made = of_mum(workspace)
    assert words in made.page(lang=lang).decode()
    assert words.encode() not in made.attachments()[1].content


# From where


def test_the_host_that_is_known(workspace: Workspace, tmp_path: Path) -> None:
    assert known_host(workspace, None) is None
    issued = trustme.CA().issue_cert("*.home.example", "mail.home.example")
    pem = tmp_path / "server.pem"
    pem.write_bytes(issued.private_key_pem.bytes() + issued.cert_chain_pems[0].bytes())
    https = load_https(pem)
    assert known_host(workspace, https) == "mail.home.example"
    workspace.home.config_file.write_text(f'[delivery]\nhost = "phone.home.example"\ncertificate = "{pem}"\n')
    configured = Workspace(workspace.home)
    assert known_host(configured, https) == "phone.home.example"
    found = certificate_of(configured)
    assert found is not None
    assert found.names == https.names
    assert Place(host="phone.home.example", https=https).doubts(NOON) == ()
    (doubt,) = Place(host="192.0.2.1", https=https).doubts(NOON)
    assert "not for 192.0.2.1" in doubt
    late = NOON.replace(year=9999)
    assert any("not today" in doubt for doubt in Place(host="a.home.example", https=https).doubts(late))


# That it has arrived


async def run(delivery: Delivery, path: str, events: list[Event]) -> str:
    """Run a delivery and fetch one thing."""

    async def fetch(url: str) -> str:
        host, port = "127.0.0.1", int(url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection(host, port)
        target = "/" + url.split("/", 3)[3] + path
        writer.write(f"GET {target} HTTP/1.0\r\nUser-Agent: {IPHONE}\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer.decode()

    fetching: list[asyncio.Task[str]] = []

    def tell(event: Event) -> None:
        events.append(event)
        if isinstance(event, Listening):
            fetching.append(asyncio.create_task(fetch(event.url)))
        if isinstance(event, Delivered):
            delivery.stop()  # it need not linger here

    async with asyncio.timeout(20):
        await delivery.run(tell)
    return await fetching[0]


async def test_what_was_fetched_is_noted(workspace: Workspace) -> None:
    delivery = Delivery(of_mum(workspace), Place(host="127.0.0.1"))
    events: list[Event] = []
    await run(delivery, "mum.mobileconfig", events)
    assert [type(event) for event in events] == [Listening, Delivered, Closed]
    assert events[-1] == Closed("delivered")
    assert 'identifier = "' in (workspace.home.accounts / "mum.toml").read_text()
    assert "iPhone, iOS 18.5, Safari" in _given(workspace)


def _given(workspace: Workspace) -> str:
    files = [file for file in workspace.home.state.rglob("*") if file.is_file()]
    return "\n".join(file.read_text(errors="replace") for file in files)


async def test_that_something_cannot_be_noted_is_told_and_stops_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mailferry.delivering.hand_over", lambda *_, **__: HandedOver(warnings=("the disk is full",))
    )
    events: list[Event] = []
    await run(Delivery(of_mum(workspace), Place(host="127.0.0.1")), "mum.mobileconfig", events)
    assert [type(event) for event in events] == [Listening, Delivered, NotRecorded, Closed]


async def test_only_looking_notes_nothing(workspace: Workspace) -> None:
    before = (workspace.home.accounts / "mum.toml").read_text()
    delivery = Delivery(of_mum(workspace), Place(host="127.0.0.1", expires=1))
    events: list[Event] = []
    page = await run(delivery, "", events)
    assert "works once, and until " in page
    assert events[-1] == Closed("expired")
    assert (workspace.home.accounts / "mum.toml").read_text() == before


async def test_it_can_be_stopped_from_another_thread(workspace: Workspace) -> None:
    delivery = Delivery(of_mum(workspace), Place(host="127.0.0.1"))
    events: list[Event] = []

    def tell(event: Event) -> None:
        events.append(event)
        if isinstance(event, Listening):
            threading.Thread(target=delivery.stop).start()

    async with asyncio.timeout(20):
        assert await delivery.run(tell) == "stopped"


async def test_one_that_was_stopped_before_it_began_ends_at_once(workspace: Workspace) -> None:
    delivery = Delivery(of_mum(workspace), Place(host="127.0.0.1"))
    delivery.stop()
    async with asyncio.timeout(20):
        assert await delivery.run(lambda _event: None) == "stopped"


async def test_a_host_that_nobody_can_open_is_refused_before_anything_listens(workspace: Workspace) -> None:
    with pytest.raises(ListeningError):
        Delivery(of_mum(workspace), Place(host="not a host")).open()
