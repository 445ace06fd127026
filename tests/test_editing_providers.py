"""Own provider files out of look-ups and autoconfig files, and one recommendation for many accounts."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from mailferry.catalog.own_file import NothingToSaveError
from mailferry.editing import Editor
from mailferry.linting import lint
from mailferry.model.problem import MailferryError
from mailferry.model.provider import Evidence
from mailferry.model.recommendation import Recommendation, RecommendedServer, SourceAnswer
from mailferry.store.home import Home
from mailferry.workspace import Workspace

IMAP = RecommendedServer(
    protocol="imap",
    host="imap.hoster.example.net",
    port=993,
    security="tls",
    username="joe@quay.example",
    auth=("password",),
    username_also=("joe",),
)
SMTP = RecommendedServer(
    protocol="smtp",
    host="smtp.quay.example",
    port=587,
    security="starttls",
    username="joe",
    auth=("password",),
)
FOUND = Recommendation(
    address="joe@quay.example",
    how="autoconfig",
    name="Quay \u202eMail",
    docs="https://quay.example/help",
    incoming=(IMAP,),
    outgoing=(SMTP,),
    evidence=(
        Evidence(
            source="Autoconfig file of quay.example",
            url="https://autoconfig.quay.example/mail/config-v1.1.xml",
            read=datetime.date(2026, 11, 20),
        ),
    ),
    doubts=("ISPDB says otherwise: IMAP port 143.",),
    choice="quay.example publishes an autoconfig file.",
)
XML = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="quay.example">
  <domain>quay.example</domain><displayName>Quay</displayName>
  <incomingServer type="imap"><hostname>imap.quay.example</hostname><port>993</port>
    <socketType>SSL</socketType><username>%EMAILLOCALPART%</username>
    <authentication>password-cleartext</authentication></incomingServer>
  <incomingServer type="exchange"><hostname>x.quay.example</hostname></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.quay.example</hostname><port>587</port>
    <socketType>STARTTLS</socketType><username>shared-login</username>
    <authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "state")


@pytest.fixture
def editor(home: Home) -> Editor:
    return Editor(Workspace(home))


def _lint(editor: Editor, path: Path) -> list[str]:
    return [str(problem) for problem in lint(Workspace(editor.workspace.home), [path])[1]]


def test_what_was_found_becomes_a_provider_that_gives_the_same_again(editor: Editor, home: Home) -> None:
    assert editor.keep_found(FOUND) == "quay-example"
    path = home.providers / "quay-example.toml"
    assert _lint(editor, path) == []
    again = editor.workspace.look_up("joe@quay.example")
    assert (again.how, again.provider) == ("own", "quay-example")
    assert (again.incoming, again.outgoing) == (FOUND.incoming, FOUND.outgoing)
    assert again.docs == FOUND.docs
    other = editor.workspace.look_up("ann.b@quay.example")
    assert [server.username for server in (*other.incoming, *other.outgoing)] == [
        "ann.b@quay.example",
        "ann.b",
    ]
    text = path.read_text()
    stated = tomllib.loads(text)
    assert stated["server_domains"] == ["example.net"]
    assert stated["evidence"][0]["url"] == FOUND.evidence[0].url
    assert stated["evidence"][0]["read"] == datetime.date(2026, 11, 20)
    (doubt,) = stated["doubts"]
    assert re.fullmatch(r"Found on \d+ \w+ \d{4}: ISPDB says otherwise: IMAP port 143\.", doubt)
    assert text.startswith("# Found online on ")
    comment = text.split("schema")[0].replace("\n# ", " ")
    assert "quay.example publishes an autoconfig file." in comment
    assert "\u202e" not in text
    editor.undo()
    assert not path.exists()


def _srv(*servers: RecommendedServer, outside: tuple[str, ...]) -> SourceAnswer:
    incoming = tuple(server for server in servers if server.protocol != "smtp")
    outgoing = tuple(server for server in servers if server.protocol == "smtp")
    return SourceAnswer(source="srv", ok=True, incoming=incoming, outgoing=outgoing, outside=outside)


def test_a_host_that_only_dns_names_is_not_confirmed_by_saving_it(editor: Editor, home: Home) -> None:
    found = msgspec.structs.replace(
        FOUND, how="srv", doubts=(), sources=(_srv(IMAP, SMTP, outside=(IMAP.host,)),)
    )
    editor.keep_found(found)
    path = home.providers / "quay-example.toml"
    assert any("server_domains" in problem and IMAP.host in problem for problem in _lint(editor, path))
    stated = tomllib.loads(path.read_text())
    assert "server_domains" not in stated
    (doubt,) = stated["doubts"]
    assert f"{IMAP.host} lies outside quay.example, and nothing but SRV records in DNS names it" in doubt
    assert editor.workspace.look_up("joe@quay.example").doubts == (doubt,)


def test_a_host_that_another_source_names_too_is_taken_over(editor: Editor, home: Home) -> None:
    srv = _srv(IMAP, SMTP, outside=(IMAP.host,))
    database = SourceAnswer(source="ispdb", ok=True, incoming=(IMAP,))
    editor.keep_found(msgspec.structs.replace(FOUND, how="srv", doubts=(), sources=(srv, database)))
    stated = tomllib.loads((home.providers / "quay-example.toml").read_text())
    assert stated["server_domains"] == ["example.net"]
    assert "doubts" not in stated


def test_a_guess_stays_one(editor: Editor, home: Home) -> None:
    imap = msgspec.structs.replace(IMAP, host="imap.quay.example", username_also=())
    guess = Evidence(source="A guess: servers that answered under usual names")
    editor.keep_found(
        Recommendation(
            address="joe@quay.example",
            how="guess",
            name="quay.example",
            incoming=(imap,),
            outgoing=(SMTP,),
            evidence=(guess,),
        )
    )
    path = home.providers / "quay-example.toml"
    assert _lint(editor, path) == []
    stated = tomllib.loads(path.read_text())
    assert stated["name"] == "quay.example"
    assert re.match(r"These servers were guessed on \d+ \w+ \d{4}: ", stated["notice"])
    assert stated["evidence"][0]["source"] == guess.source
    assert "read" in stated["evidence"][0]
    assert "username_also" not in stated["incoming"][0]


def test_which_half_is_unencrypted_is_said(editor: Editor, home: Home) -> None:
    plain = msgspec.structs.replace(IMAP, port=143, security="none", host="imap.quay.example")
    editor.keep_found(msgspec.structs.replace(FOUND, incoming=(plain,)))
    notice = editor.workspace.look_up("joe@quay.example").notice or ""
    assert notice.startswith("For reading, no encrypted server is known")
    smtp = msgspec.structs.replace(SMTP, port=25, security="none")
    editor.keep_found(
        msgspec.structs.replace(FOUND, address="joe@pier.example", incoming=(plain,), outgoing=(smtp,))
    )
    notice = editor.workspace.look_up("joe@pier.example").notice or ""
    assert notice.startswith("For reading and sending, no encrypted server is known")


@pytest.mark.parametrize(
    ("username", "form"),
    [
        ("joe@quay.example", "address"),
        ("joe", "local-part"),
        (None, "ask"),
        ("u4711", "ask"),
        ("joejoe", "ask"),
        ("{x}", "ask"),
        ("joe.quay.example", "{local}.{domain}"),
        ("quay.example/joe", "{domain}/{local}"),
        ("mail+joe@quay.example", "mail+{address}"),
    ],
)
def test_a_user_name_becomes_a_form_again(
    editor: Editor, home: Home, username: str | None, form: str
) -> None:
    server = msgspec.structs.replace(IMAP, username=username, username_also=())
    editor.keep_found(msgspec.structs.replace(FOUND, incoming=(server,)))
    stated = tomllib.loads((home.providers / "quay-example.toml").read_text())
    assert stated["incoming"][0].get("username", "address") == form


def test_a_tag_is_no_part_of_the_form(editor: Editor, home: Home) -> None:
    editor.keep_found(msgspec.structs.replace(FOUND, address="joe+shop@quay.example"))
    assert editor.workspace.look_up("ann@quay.example").incoming[0].username == "ann@quay.example"


def test_unencrypted_odd_and_oauth2_servers_are_kept_with_their_doubts(editor: Editor, home: Home) -> None:
    bare = msgspec.structs.replace(IMAP, protocol="pop3", port=110, security="none", auth=("oauth2",))
    odd = msgspec.structs.replace(SMTP, port=465, auth=("password", "oauth2"))
    editor.keep_found(msgspec.structs.replace(FOUND, incoming=(bare,), outgoing=(odd,), evidence=()))
    path = home.providers / "quay-example.toml"
    assert _lint(editor, path) == []
    again = editor.workspace.look_up("joe@quay.example")
    assert again.notice is not None
    assert again.notice.startswith("For reading, no encrypted server is known: the password and mail")
    assert again.sign_in.oauth2 == "offered"
    assert any("465" in doubt for doubt in again.doubts)


def test_sign_in_by_web_page_alone(editor: Editor, home: Home) -> None:
    only = {"auth": ("oauth2",)}
    editor.keep_found(
        msgspec.structs.replace(
            FOUND,
            incoming=(msgspec.structs.replace(IMAP, **only),),
            outgoing=(msgspec.structs.replace(SMTP, **only),),
        )
    )
    assert _lint(editor, home.providers / "quay-example.toml") == []
    assert editor.workspace.look_up("joe@quay.example").sign_in.oauth2 == "required"


def test_what_is_listed_or_was_not_found_is_not_saved(editor: Editor, home: Home) -> None:
    with pytest.raises(NothingToSaveError, match="fastmail"):
        editor.keep_found(msgspec.structs.replace(FOUND, provider="fastmail", name="Fastmail"))
    with pytest.raises(NothingToSaveError, match="No server"):
        editor.keep_found(Recommendation(address="joe@quay.example", how="none"))
    assert not home.config.exists()


def test_a_second_file_for_a_like_domain_gets_a_name_of_its_own(editor: Editor) -> None:
    assert editor.keep_found(FOUND) == "quay-example"
    other = msgspec.structs.replace(FOUND, address="joe@quay-example")
    assert editor.keep_found(other) == "quay-example-2"


def test_what_was_found_takes_no_domain_from_another_own_file(editor: Editor, home: Home) -> None:
    editor.keep_found(FOUND)
    with pytest.raises(
        MailferryError, match=r"quay\.example is listed in your own file .*quay-example\.toml"
    ):
        editor.keep_found(FOUND)
    assert len(list(home.providers.iterdir())) == 1


def test_an_account_and_the_provider_found_for_it_are_one_step(editor: Editor, home: Home) -> None:
    entry = editor.add("joe@quay.example", person="Joe", found=FOUND)
    assert entry.value is not None
    assert entry.value.provider is None
    assert editor.workspace.recommendation(entry.value).provider == "quay-example"
    editor.undo()
    assert list(home.accounts.iterdir()) == list(home.providers.iterdir()) == []
    editor.redo()
    assert len(list(home.accounts.iterdir())) == len(list(home.providers.iterdir())) == 1


def test_a_listed_provider_that_the_domain_does_not_tell_is_named_in_the_account(
    editor: Editor, home: Home
) -> None:
    by_mx = msgspec.structs.replace(FOUND, how="mx", provider="fastmail")
    entry = editor.add("joe@quay.example", found=by_mx)
    assert entry.value is not None
    assert entry.value.provider == "fastmail"
    assert list(home.providers.iterdir()) == []
    chosen = editor.add("ann@quay.example", provider="posteo", found=by_mx)
    assert chosen.value is not None
    assert chosen.value.provider == "posteo"


@pytest.mark.parametrize("how", ["none", "domain", "own"])
def test_what_was_found_anyway_changes_nothing(editor: Editor, how: str) -> None:
    found = Recommendation(address="joe@icloud.com", how=how, provider=None if how == "none" else "icloud")  # type: ignore[arg-type]  # the words of `How`
    entry = editor.add("joe@icloud.com", found=found)
    assert entry.value is not None
    assert entry.value.provider is None


def test_an_autoconfig_file_becomes_a_provider(editor: Editor, home: Home) -> None:
    assert editor.read_autoconfig("quay", XML, "quay.xml") == "quay"
    path = home.providers / "quay.toml"
    assert _lint(editor, path) == []
    found = editor.workspace.look_up("joe@quay.example")
    assert found.name == "Quay"
    assert [(server.host, server.username) for server in (*found.incoming, *found.outgoing)] == [
        ("imap.quay.example", "joe"),
        ("smtp.quay.example", None),
    ]
    assert any("Exchange" in doubt for doubt in found.doubts)
    assert found.evidence[1].source == "Autoconfig file quay.xml"


def test_a_provider_that_is_there_is_replaced_only_when_that_is_said(editor: Editor, home: Home) -> None:
    editor.read_autoconfig("quay", XML, "quay.xml")
    newer = XML.replace(b"<displayName>Quay<", b"<displayName>New Quay<")
    with pytest.raises(MailferryError, match="there already"):
        editor.read_autoconfig("quay", newer, "quay.xml")
    with pytest.raises(MailferryError, match="shipped provider"):
        editor.read_autoconfig("icloud", newer, "quay.xml")
    editor.read_autoconfig("quay", newer, "quay.xml", replace=True)
    assert editor.workspace.look_up("joe@quay.example").name == "New Quay"
    editor.undo()
    assert editor.workspace.look_up("joe@quay.example").name == "Quay"


@pytest.mark.parametrize("provider_id", ["", "../x", "Quay", "a b", ".x", "x" * 80])
def test_what_cannot_be_an_id(editor: Editor, home: Home, provider_id: str) -> None:
    with pytest.raises(MailferryError, match="cannot be a provider's id"):
        editor.read_autoconfig(provider_id, XML, "quay.xml")
    assert not home.config.exists()


def test_what_is_no_autoconfig_file_names_place_and_line(editor: Editor, home: Home) -> None:
    with pytest.raises(MailferryError) as caught:
        editor.read_autoconfig("quay", b"<clientConfig>\n<oops", "quay.xml")
    assert str(caught.value.problems[0]).startswith("quay.xml:2: ")
    assert not home.config.exists()


def test_one_recommendation_for_all_accounts_of_a_provider(editor: Editor, home: Home) -> None:
    for name, text in {
        "a": 'address = "a@icloud.com"\n[incoming]\nport = 143\nsecurity = "starttls"\n',
        "b": 'address = "b@me.com"\n',
        "c": 'address = "c@quay.example"\nprovider = "icloud"\n[incoming]\nport = 143\n',
        "d": 'address = "d@gmail.com"\n[incoming]\nport = 143\n',
        "e": "broken",
    }.items():
        home.accounts.mkdir(parents=True, exist_ok=True)
        (home.accounts / f"{name}.toml").write_text(text)
    proposals = editor.propose_all("icloud", ["incoming.port"])
    assert [(each.path.stem, bool(each.fixes)) for each in proposals] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]
    editor.apply(proposals, "fix icloud")
    assert "port = 993" in (home.accounts / "a.toml").read_text()
    assert 'security = "tls"' in (home.accounts / "a.toml").read_text()
    editor.undo()
    assert "port = 143" in (home.accounts / "a.toml").read_text()
    assert "port = 143" in (home.accounts / "c.toml").read_text()


def test_all_accounts_of_nobody(editor: Editor) -> None:
    assert editor.propose_all("icloud") == ()
    with pytest.raises(MailferryError, match="did you mean icloud"):
        editor.propose_all("iclod")
    with pytest.raises(MailferryError, match=r"incoming\.port"):
        editor.propose_all("icloud", ["incoming.prot"])
