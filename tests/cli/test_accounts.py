"""Adding, listing, comparing and fixing: the commands and their JSON, to the letter."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]

SEEDS = {
    "mum@centurylink.net": ("centurylink", "mail.centurylink.net", "smtp.centurylink.net"),
    "dad@msn.com": ("outlook", "outlook.office365.com", "smtp-mail.outlook.com"),
    "me@icloud.com": ("icloud", "imap.mail.me.com", "smtp.mail.me.com"),
}


@pytest.mark.parametrize("address", SEEDS)
def test_add_makes_a_private_file_that_follows_the_provider(run: Run, home: Path, address: str) -> None:
    added = run("add", address, "--person", "Mum", "--label", "Post")
    assert added.status == 0
    path = Path(added.out.strip())
    assert path == home / "accounts" / "post.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    listed = run("list", "--json").json
    assert [(each["account"], each["address"], each["person"]) for each in listed] == [
        ("post", address, "Mum")
    ]
    assert listed[0]["provider"] == SEEDS[address][0]
    assert listed[0]["last_check"] is None


@pytest.mark.parametrize("address", SEEDS)
def test_lookup_json_is_what_scripts_rely_on(run: Run, address: str) -> None:
    provider, imap, smtp = SEEDS[address]
    found = run("lookup", address, "--offline", "--json")
    assert found.status == 0
    document = found.json
    assert list(document) == [
        "address",
        "provider",
        "name",
        "how",
        "incoming",
        "outgoing",
        "sign_in",
        "iphone",
        "evidence",
        "warnings",
    ]
    assert (document["address"], document["provider"], document["how"]) == (address, provider, "domain")
    assert document["incoming"][0]["host"] == imap
    assert document["outgoing"][0]["host"] == smtp
    assert set(document["incoming"][0]) == {"protocol", "host", "port", "security", "username", "auth"}
    assert set(document["sign_in"]) == {"app_password", "app_password_url", "oauth2", "before"}
    assert set(document["iphone"]) == {"add_account", "payload"}
    assert document["evidence"][0]["read"] == "2026-11-20"


def test_lookup_of_the_two_names_of_icloud(run: Run) -> None:
    document = run("lookup", " Joe@ME.com. ", "--offline", "--json").json
    assert document["incoming"][0]["username"] == "Joe"
    assert document["outgoing"][0]["username"] == "Joe@me.com"
    assert document["sign_in"]["app_password"] == "required"
    assert document["iphone"] == {"add_account": "iCloud", "payload": "mail"}


def test_lookup_that_finds_nothing_invents_nothing(run: Run) -> None:
    found = run("lookup", "joe@notgmail.com", "--offline", "--json")
    assert found.status == 1
    assert found.json["how"] == "none"
    assert found.json["provider"] is None
    assert found.json["incoming"] == found.json["outgoing"] == []


def test_lookup_of_what_is_no_address(run: Run) -> None:
    found = run("lookup", "joe", "--offline", "--json")
    assert (found.status, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1


def test_compare_names_what_is_wrong_and_fix_mends_it(run: Run, write: Write) -> None:
    text = (
        'address = "mum@centurylink.net" # hers\n\n[incoming]\n# why: a web page said so\nport = 143   # ?\n'
        'security = "none"\n'
    )
    path = write("accounts/mum.toml", text)
    compared = run("compare", "mum", "--json")
    assert compared.status == 1
    (document,) = compared.json_lines
    assert (document["account"], document["provider"], document["ok"]) == ("mum", "centurylink", False)
    findings = {each["path"]: each for each in document["findings"]}
    assert findings["incoming.port"]["yours"] == 143
    assert findings["incoming.port"]["recommended"] == 993
    assert findings["incoming.port"]["fix"] is True
    assert findings["incoming.security"]["verdict"] == "insecure"
    assert findings["incoming.host"]["verdict"] == "inherited"
    assert list(findings["incoming.port"]) == ["path", "verdict", "yours", "recommended", "why", "fix"]

    dry = run("fix", "mum", "--dry-run")
    assert "+port = 993" in dry.out
    assert path.read_text() == text
    fixed = run("fix", "mum")
    assert fixed.status == 0
    assert "-port = 143" in fixed.out
    assert path.read_text() == text.replace("143   #", "993   #").replace('"none"', '"tls"')
    assert run("compare", "mum").status == 0
    assert "nothing to fix" in run("fix", "mum").err


def test_fix_of_one_path_leaves_the_others(run: Run, write: Write) -> None:
    path = write(
        "accounts/x.toml",
        'address = "x@icloud.com"\n[incoming]\nhost = "imap.mail.me.co"\n'
        '[outgoing]\nhost = "smtp.mail.me.co"\n',
    )
    fixed = run("fix", "x", "outgoing.host", "--json")
    assert fixed.status == 0
    assert fixed.json["fixed"] == [{"path": "outgoing.host", "value": "smtp.mail.me.com"}]
    assert 'host = "imap.mail.me.co"\n' in path.read_text()


def test_fix_of_an_unknown_path_names_the_nearest(run: Run, write: Write) -> None:
    write("accounts/x.toml", 'address = "x@icloud.com"\n')
    fixed = run("fix", "x", "incoming.prot")
    assert fixed.status == 2
    assert "incoming.port" in fixed.err


def test_an_account_is_found_by_stem_address_or_label(run: Run, write: Write) -> None:
    write("accounts/one.toml", 'address = "joe@icloud.com"\nlabel = "Work post"\n')
    write("accounts/two.toml", 'address = "ann@icloud.com"\n')
    for name in ("one", "JOE@icloud.com", "work post"):
        assert run("compare", name, "--json").json_lines[0]["account"] == "one"
    missing = run("compare", "wrok post")
    assert missing.status == 2
    assert "did you mean work post?" in missing.err


def test_an_ambiguous_name_is_not_guessed(run: Run, write: Write) -> None:
    write("accounts/imap.toml", 'address = "joe@icloud.com"\n')
    write("accounts/pop.toml", 'address = "joe@icloud.com"\n')
    found = run("compare", "joe@icloud.com")
    assert found.status == 2
    assert "imap, pop" in found.err


def test_adding_twice_or_under_a_taken_label_is_refused(run: Run, home: Path) -> None:
    assert run("add", "joe@icloud.com", "--label", "Post").status == 0
    assert run("add", "ann@icloud.com", "--label", "Post").status == 2
    again = run("add", "Joe@ICLOUD.com")
    assert again.status == 0 or "there already" in again.err
    assert run("add", "joe@icloud.com").status == 2
    assert len(list((home / "accounts").glob("*.toml"))) <= 2


def test_adding_with_an_unknown_provider_names_the_nearest(run: Run) -> None:
    added = run("add", "joe@example.com", "--provider", "iclod")
    assert added.status == 2
    assert "icloud" in added.err


def test_adding_for_an_unknown_domain_says_so(run: Run) -> None:
    added = run("add", "joe@nowhere.example", "--json")
    assert added.status == 0
    assert added.json["provider"] is None
    assert "No provider is known" in added.err


@pytest.mark.parametrize("address", ["joe@gm\u0430il.com", "joe@xn--gmil-63d.com"])
def test_an_address_that_only_looks_like_another_is_refused(run: Run, home: Path, address: str) -> None:
    refused = run("add", address)
    assert (refused.status, refused.out) == (2, "")
    assert "only looks like gmail.com" in refused.err
    assert "--anyway" in refused.err
    assert not (home / "accounts").exists()
    assert run("add", address, "--anyway").status == 0


def test_a_slip_of_a_listed_domain_is_told_before_anything_is_written(run: Run) -> None:
    done = run("add", "Joe <joe@gmial.com>")
    assert done.status == 0, "it may be a real domain, and nobody is there to be asked"
    assert done.err.startswith("Did you mean joe@gmail.com?\n")
    assert done.err.count("Did you mean") == 1


@pytest.mark.parametrize(("answer", "status"), [("n\n", 1), ("y\n", 0)])
def test_on_a_terminal_a_slip_is_asked_about(run: Run, home: Path, answer: str, status: int) -> None:
    done = run("add", "joe@gmial.com", stdin=answer, terminal=True)
    assert done.status == status
    assert (home / "accounts" / "joe.toml").exists() == (status == 0)
    assert "Add joe@gmial.com all the same?" in done.err


def test_providers_lists_and_shows(run: Run) -> None:
    listed = run("providers", "--json")
    assert listed.status == 0
    assert {"centurylink", "outlook", "icloud"} <= {each["id"] for each in listed.json}
    assert all(set(each) == {"id", "name", "status", "domains"} for each in listed.json)
    one = run("providers", "icloud", "--json").json
    assert one["id"] == "icloud"
    assert "imap.mail.me.com" in run("providers", "icloud").out
    unknown = run("providers", "iclod")
    assert unknown.status == 2
    assert "did you mean icloud?" in unknown.err


def test_an_own_provider_file_wins_key_by_key(run: Run, write: Write) -> None:
    write("providers/icloud.toml", 'name = "Our iCloud"\n')
    document = run("lookup", "joe@me.com", "--offline", "--json").json
    assert (document["name"], document["how"]) == ("Our iCloud", "own")
    assert document["incoming"][0]["host"] == "imap.mail.me.com"


def test_json_of_many_accounts_is_one_object_a_line(run: Run, write: Write) -> None:
    for name in ("a", "b", "c"):
        write(f"accounts/{name}.toml", f'address = "{name}@icloud.com"\n')
    lines = run("compare", "--json").out.splitlines()
    assert [json.loads(line)["account"] for line in lines] == ["a", "b", "c"]


def test_hostile_text_in_a_file_does_not_reach_the_terminal_raw(run: Run, write: Write) -> None:
    write("accounts/x.toml", 'address = "x@icloud.com"\nperson = "Mum\u202e"\n')
    listed = run("list")
    assert "\u202e" not in listed.out + listed.err


def test_add_states_servers_that_nobody_knows(run: Run, home: Path) -> None:
    added = run(
        *("add", "joe@firm.example", "--protocol", "pop3", "--username", "joe"),
        *("--incoming", "pop.firm.example:1995", "--outgoing", "[2001:db8::1]"),
    )
    assert added.status == 0
    assert "the account has its own servers" in added.err
    assert "user name" not in added.err
    assert "Nobody says incoming.security, outgoing.port, outgoing.security: write" in " ".join(
        added.err.split()
    )
    assert (
        (home / "accounts" / "joe.toml").read_text()
        == """schema = 1
address = "joe@firm.example"

[incoming]
protocol = "pop3"
host = "pop.firm.example"
port = 1995
username = "joe"
auth = "password"

[outgoing]
host = "2001:db8::1"
username = "joe"
auth = "password"
"""
    )


def test_add_says_that_a_user_name_is_missing(run: Run) -> None:
    added = run(
        "add", "joe@firm.example", "--incoming", "pop.firm.example", "--outgoing", "smtp.firm.example"
    )
    words = " ".join(added.err.split())
    assert "outgoing.username: write that into the file. The user name is usually the address." in words


@pytest.mark.parametrize(
    ("incoming", "outgoing", "protocol", "securities"),
    [
        (993, 465, None, ("tls", "tls")),
        (143, 587, None, ("starttls", "starttls")),
        (995, 465, "pop3", ("tls", "tls")),
        (110, 587, "pop3", ("starttls", "starttls")),
        (2993, 25, None, (None, None)),
    ],
)
def test_add_states_what_the_ports_tell_of_servers_that_nobody_knows(
    run: Run,
    home: Path,
    incoming: int,
    outgoing: int,
    protocol: str | None,
    securities: tuple[str | None, str | None],
) -> None:
    servers = ("--incoming", f"mail.firm.example:{incoming}", "--outgoing", f"mail.firm.example:{outgoing}")
    assert run("add", "office@firm.example", *servers, "--username", "office").status == 0
    account = tomllib.loads((home / "accounts" / "office.toml").read_text())
    sides = account["incoming"], account["outgoing"]
    assert tuple(side.get("security") for side in sides) == securities
    assert [side["auth"] for side in sides] == ["password", "password"]
    assert account["incoming"].get("protocol") == protocol
    exported = run("export", "office", "--as", "profile", "--yes")
    assert exported.status == (1 if None in securities else 0), exported.err


def test_what_is_stated_beside_the_port_counts(run: Run, home: Path) -> None:
    added = run(
        *("add", "office@firm.example", "--incoming", "mail.firm.example:2993", "--incoming-security", "tls"),
        *("--outgoing", "mail.firm.example:465", "--outgoing-security", "starttls", "--auth", "cram-md5"),
        *("--protocol", "imap", "--username", "office"),
    )
    assert added.status == 0
    assert "Nobody says" not in added.err
    account = tomllib.loads((home / "accounts" / "office.toml").read_text())
    assert [account[side]["security"] for side in ("incoming", "outgoing")] == ["tls", "starttls"]
    assert [account[side]["auth"] for side in ("incoming", "outgoing")] == ["cram-md5", "cram-md5"]


def test_what_a_port_does_not_tell_is_asked_at_a_terminal(run: Run, home: Path) -> None:
    command = ("add", "joe@firm.example", "--incoming", "mail.firm.example:2993")
    added = run(*command, stdin="starttls\n", terminal=True)
    assert added.status == 0, added.err
    assert "mail.firm.example:2993" in added.err
    assert 'security = "starttls"' in (home / "accounts" / "joe.toml").read_text()


def test_where_a_provider_is_known_only_what_was_typed_is_stated(run: Run, home: Path) -> None:
    assert run("add", "mum@centurylink.net", "--incoming", "mail.centurylink.net:143").status == 0
    text = (home / "accounts" / "mum.toml").read_text()
    assert "port = 143" in text
    assert "security" not in text
    assert "auth" not in text


@pytest.mark.parametrize(
    "typed", ["", ":993", "host:", "host:0", "host:65536", "imap://host", "a b", "host:x"]
)
def test_add_refuses_what_is_no_server(run: Run, home: Path, typed: str) -> None:
    refused = run("add", "joe@firm.example", "--incoming", typed)
    assert refused.status == 2
    assert "is no HOST and no HOST:PORT" in " ".join(refused.err.split())
    assert not list(home.glob("accounts/*"))
