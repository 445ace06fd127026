"""From the interface to an iPhone: by a link that works once, by mail, as a folder."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mailferry import mailing
from mailferry.iphone.delivery import addresses
from mailferry.iphone.delivery.addresses import LocalAddress
from mailferry.model.check import ServerCheck
from mailferry.store.home import Home
from mailferry.ui.screens.choose import ChooseScreen
from mailferry.ui.screens.link import LinkScreen
from mailferry.ui.screens.prompt import PromptScreen
from mailferry.workspace import State
from tests.ui.stage import ACCOUNTS, Stage, home_with, staged

_SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
_HERE = '[delivery]\nhost = "127.0.0.1"\nexpires = 60\n'


@pytest.fixture(autouse=True)
def one_network(monkeypatch: pytest.MonkeyPatch) -> None:
    known = (
        LocalAddress("192.168.1.20", "wlan0", "network"),
        LocalAddress("10.8.0.2", "tun0", "vpn"),
        LocalAddress("172.17.0.1", "docker0", "container"),
    )
    monkeypatch.setattr(addresses, "local_addresses", lambda _ssh: known)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    kim = 'schema = 1\naddress = "kim@fastmail.com"\nlabel = "Kim"\nperson = "Kim"\n\n# hers\n'
    return home_with(tmp_path / "home", ACCOUNTS | {"kim": kim})


@pytest.fixture
def here(home: Home) -> Home:
    home.config_file.write_text(_HERE, encoding="utf-8")
    return home


async def _open(stage: Stage, account: str = "kim") -> LinkScreen:
    stage.board.accounts.select(account)
    await stage.settle()
    await stage.press("Q")
    await stage.until("go on")
    await stage.press("enter", "enter")
    await stage.until("It works once, until")
    screen = stage.app.screen
    assert isinstance(screen, LinkScreen)
    return screen


async def _get(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": _SAFARI})

    def get() -> bytes:
        with urllib.request.urlopen(request, timeout=20) as answer:
            content: bytes = answer.read()
        return content

    return await asyncio.to_thread(get)


async def test_an_iphone_fetches_the_profile_and_the_account_follows(here: Home) -> None:
    async with staged(here, (80, 24)) as stage:
        stage.board.accounts.select("kim")
        await stage.press("2")  # the form is open, as it may well be
        screen = await _open(stage)
        page = await _get(screen.url)
        assert b"kim@fastmail.com" in page
        profile = await _get(f"{screen.url}kim.mobileconfig")
        assert b"kim@fastmail.com" in profile
        await stage.until("has fetched it")
        assert screen.url not in stage.shown
        await stage.press("escape")
        assert stage.app.screen is stage.board
        assert "the iPhone has fetched it" in stage.shown
        assert "[iphone]" in stage.text("kim")
        [given] = stage.desk.workspace.given.all().values()
        assert (given[-1].way, given[-1].to) == ("link", "iPhone, iOS 18.5, Safari")
        assert not stage.desk.workspace.account_files.changed()  # nobody else has changed the file
        with pytest.raises(urllib.error.URLError):
            await _get(screen.url)


async def test_a_link_that_is_stopped_is_dead(here: Home) -> None:
    async with staged(here) as stage:
        screen = await _open(stage)
        await stage.press("escape")
        assert "Nobody has fetched it yet" in stage.shown
        await stage.press("s")
        await stage.finish_verbs()
        assert "the link is dead" in stage.shown
        with pytest.raises(urllib.error.URLError):
            await _get(screen.url)
        assert stage.desk.workspace.given.all() == {}


async def test_quitting_ends_the_link(here: Home) -> None:
    async with staged(here) as stage:
        screen = await _open(stage)
        await stage.press("ctrl+q")
    with pytest.raises(urllib.error.URLError):
        await _get(screen.url)


async def test_addresses_are_offered_by_what_they_are_and_only_those_that_an_iphone_reaches(
    home: Home,
) -> None:
    async with staged(home, (80, 24)) as stage:
        await stage.press("Q")
        await stage.until("go on")
        assert "192.168.1.20" in stage.shown
        assert "home network" in stage.shown
        assert "VPN" in stage.shown
        assert "172.17.0.1" not in stage.shown
        assert "by mail" in stage.shown
        assert "as a folder" in stage.shown


async def test_what_is_not_known_to_work_needs_a_second_enter(here: Home) -> None:
    async with staged(here) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("enter")
        assert "Not all of this is known to work" in stage.shown
        await stage.press("escape")
        assert stage.app.screen is stage.board


async def test_all_accounts_of_a_person_go_together_or_one_alone(here: Home) -> None:
    async with staged(here) as stage:
        stage.board.accounts.select("me")
        await stage.press("Q")
        assert "all 2 in one profile" in stage.shown
        await stage.press("a")
        await stage.until("go on")
        assert "Deliver: Me, 2 accounts" in stage.shown


async def test_a_password_is_not_put_in_without_https(here: Home) -> None:
    async with staged(here) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("o", "down", "enter")
        assert "A password is delivered by HTTPS only" in stage.shown


async def test_what_no_profile_carries_goes_as_instructions(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"dad": 'schema = 1\naddress = "dad@msn.com"\nlabel = "Dad"\n'})
    home.config_file.write_text(_HERE, encoding="utf-8")
    async with staged(home) as stage:
        await stage.press("Q")
        await stage.until("go on")
        assert "The instructions alone are delivered" in stage.shown
        await stage.press("enter", "enter")
        await stage.until("It works once, until")
        screen = stage.app.screen
        assert isinstance(screen, LinkScreen)
        assert b"dad@msn.com" in await _get(screen.url)
        await stage.press("escape")


async def test_instructions_alone_are_an_option(here: Home) -> None:
    async with staged(here) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("o", "enter", "escape")
        await stage.until("instructions alone")
        await stage.press("enter", "enter")
        await stage.until("works once")
        screen = stage.app.screen
        assert isinstance(screen, LinkScreen)
        assert b"kim@fastmail.com" in await _get(screen.url)
        await stage.until("the instructions are open")
        assert stage.desk.workspace.given.all() == {}


async def test_a_port_that_is_taken_is_said(home: Home) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    home.config_file.write_text(f'[delivery]\nhost = "127.0.0.1"\nport = {port}\n', encoding="utf-8")
    async with staged(home) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("enter", "enter")
        await stage.finish_verbs()
        assert f"port {port} is taken" in stage.shown
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("ok", [True, False])
async def test_it_goes_by_mail_from_an_account(home: Home, monkeypatch: pytest.MonkeyPatch, ok: bool) -> None:
    sent: list[tuple[str, str, list[str]]] = []

    def mail(_workspace: object, sender: object, to: str, exports: object, **_wishes: str) -> ServerCheck:
        names = [each.file_name for each in exports]  # type: ignore[attr-defined]  # a stand-in
        sent.append((sender.id, to, names))  # type: ignore[attr-defined]  # as above
        return ServerCheck(
            role="outgoing",
            protocol="smtp",
            host="smtp.fastmail.com",
            port=587,
            security="starttls",
            ok=ok,
            stages=(),
            failed_stage=None if ok else "auth",
            cause=None if ok else "wrong-password",
            advice=None if ok else "The password is wrong.",
        )

    monkeypatch.setattr(mailing, "mail_export", mail)
    async with staged(home) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("end", "up", "enter")
        assert "Send it from" in stage.shown
        await stage.type("Shop")
        await stage.press("enter")
        assert isinstance(stage.app.screen, PromptScreen)
        await stage.type("kim@fastmail.com")
        await stage.press("enter")
        assert "Not all of this is known to work" in stage.shown  # asked last
        assert not sent
        await stage.press("d")
        await stage.finish_verbs()
        assert sent == [("shop", "kim@fastmail.com", ["kim.mobileconfig", "kim.html"])]
        assert ("sent to kim@fastmail.com" if ok else "Not sent: The password is wrong.") in stage.shown
        assert len(stage.desk.workspace.given.all()) == ok


async def test_a_folder_is_written_for_a_web_server(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("end", "enter")
        assert "A folder for a web server" in stage.shown
        await stage.press("enter", "enter", "d")
        await stage.finish_verbs()
        assert "written: " in stage.shown
    assert (tmp_path / "kim" / "kim.mobileconfig").is_file()
    assert (tmp_path / "kim" / "index.html").is_file()


@pytest.mark.parametrize(
    ("leads_to", "words"),
    [([], "Nobody knows here where"), (["192.0.2.9"], "is not this computer"), (["192.168.1.20"], "")],
)
async def test_where_a_typed_name_leads_is_told_before_the_link_is_open(
    home: Home, monkeypatch: pytest.MonkeyPatch, leads_to: list[str], words: str
) -> None:
    def resolve(_host: str, _port: None) -> list[tuple[object, ...]]:
        if not leads_to:
            raise OSError("no such name")
        return [(0, 0, 0, "", (each, 0)) for each in leads_to]

    async with staged(home) as stage:
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("end", "up", "up", "enter")
        assert "Where the link leads" in stage.shown
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        await stage.type("box.example")
        await stage.press("enter")
        if words:
            await stage.until(words)
            await stage.press("enter")  # another address; what was typed stays
            screen = stage.app.screen
            assert isinstance(screen, PromptScreen)
            assert screen.field.value == "box.example"
            await stage.press("enter")
            await stage.until(words)
            await stage.press("o")
        await stage.until("Not all of this is known to work")
        await stage.press("enter")
        await stage.finish_verbs()
        assert stage.app.screen is stage.board


async def test_mail_goes_from_what_works_and_an_odd_address_is_asked_about(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home) as stage:
        states: dict[str, State] = {"me": "fails", "shop": "ok", "mum": "untested", "kim": "blocked"}
        monkeypatch.setattr(stage.desk, "state", lambda entry: states[entry.id])
        stage.board.accounts.select("kim")
        await stage.press("Q")
        await stage.until("go on")
        await stage.press("end", "up", "enter")
        screen = stage.app.screen
        assert isinstance(screen, ChooseScreen)
        assert [each[0] for each in screen.options] == ["shop", "mum", "kim", "me"]
        await stage.press("enter")
        await stage.type("nobody@nowhere")
        await stage.press("enter")
        assert "no dot after the @" in stage.shown
        await stage.press("enter")
        await stage.finish_verbs()
        assert stage.app.screen is stage.board
