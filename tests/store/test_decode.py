from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.model.account import Accepted, Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.problem import InvalidFileError
from mailferry.store.decode import (
    decode_account,
    decode_config,
    decode_failures,
    decode_people,
    decode_provider,
    decode_theme,
    line_of,
    overlay,
    parse,
)
from mailferry.store.rules import host_fault
from tests.store.support import start_python

GOOD = """\
schema = 1
address = "mum@centurylink.net"
name = "Mary Example"
label = "Mum"
person = "Mum"
provider = "centurylink"
tags = ["family"]

[incoming]
protocol = "imap"
host = "mail.centurylink.net"
port = 993
security = "tls"
username = "mum@centurylink.net"
auth = "password"
ca_file = "home-ca.pem"
fingerprint = "sha256:%s"

[outgoing]
port = 587
security = "starttls"

[outgoing.password]
from = "ask"

[password]
from = "command"
command = ["pass", "show", "mail/mum"]

[accepted."incoming.port"]
reason = "the hotel blocks 993"
until = 2027-01-31
""" % ("ab" * 32)

PROVIDER = """\
name = "iCloud"
domains = ["me.com"]

[[incoming]]
protocol = "imap"
host = "imap.mail.me.com"
port = 993
security = "tls"

[sign_in]
app_password = "required"
before = ["one"]
"""


def problems(decode: Callable[[str, str], object], text: str) -> list[str]:
    """What is said of a text, without the file's name."""
    with pytest.raises(InvalidFileError) as caught:
        decode(text, "mum.toml")
    assert all(problem.file == "mum.toml" for problem in caught.value.problems)
    return [str(problem).removeprefix("mum.toml:").strip() for problem in caught.value.problems]


def account_problems(*lines: str) -> list[str]:
    """What is said of lines below a good address, which is line 1."""
    return problems(decode_account, "\n".join(['address = "a@b.example"', *lines]))


def test_an_account_with_everything() -> None:
    assert decode_account(GOOD, "mum.toml") == Account(
        address="mum@centurylink.net",
        name="Mary Example",
        label="Mum",
        person="Mum",
        provider="centurylink",
        tags=("family",),
        incoming=OwnIncoming(
            protocol="imap",
            host="mail.centurylink.net",
            port=993,
            security="tls",
            username="mum@centurylink.net",
            auth="password",
            ca_file="home-ca.pem",
            fingerprint="sha256:" + "ab" * 32,
        ),
        outgoing=OwnOutgoing(port=587, security="starttls", password=PasswordSource(source="ask")),
        password=PasswordSource(source="command", command=("pass", "show", "mail/mum")),
        accepted={"incoming.port": Accepted(reason="the hotel blocks 993", until=datetime.date(2027, 1, 31))},
    )
    assert decode_account('address = "a@b.example"', "x").address == "a@b.example"


def test_every_problem_is_reported_in_the_order_of_the_file() -> None:
    said = problems(
        decode_account,
        'address = "mum"\nlabl = "x"\n[incoming]\nport = 70000\nhots = "x"\n[outgoing]\nport = "587"\n',
    )
    assert said == [
        "1: address: “mum” has no @; an address looks like joe@example.com",
        "2: labl: unknown key; did you mean “label”?",
        "4: incoming.port: 70000 is not a port; ports go from 1 to 65535 (IMAP over TLS is 993)",
        "5: incoming.hots: unknown key; did you mean “host”?",
        "7: outgoing.port: must be a whole number, without quotes, not text in quotes",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\na = 2\n", "2: this key is there twice"),
        ("[a]\nb = 1\n[a]\n", "3: this table is there twice (column 3)"),
        ("address = joe@x.net\n", "1: this value is not TOML; text needs quotes around it (column 11)"),
        ("\nport 143\n", "2: “=” and a value are missing after the key (column 6)"),
        ('a = "x', "1: the text has no closing quote (at the end)"),
        ('a = "x\nb = 1\n', "1: the text holds a character that must not be there"),
        ("a = 1 2\n", "1: there is something after the value (column 7)"),
        ("a = [1,\n", "1: this value is not TOML"),
        ("a = " + "9" * 5000, "holds a number that is far too long"),
        ("a = " + "[" * 5000, "is nested too deeply"),
        ("address = 'a@b.example'\n" + ".".join(["a"] * 5000) + " = 1", "is nested too deeply"),
    ],
)
def test_what_is_not_toml(text: str, said: str) -> None:
    (problem,) = problems(decode_account, text)
    assert problem.startswith(said)


@pytest.mark.parametrize(
    "identifier",
    [
        "app.mailferry.account.net.centurylink.mum-2e.imap",
        "com.cpanel.mail.joe@example.org",
        "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
        "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "mail",
        "Profil für Müller",
    ],
)
def test_identifiers_of_any_maker_can_be_pinned(identifier: str) -> None:
    uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    text = f"""address = "a@b.de"\niphone = {{identifier = "{identifier}", uuid = "{uuid}"}}\n"""
    assert decode_account(text, "a.toml").iphone.identifier == identifier


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file(text: str) -> None:
    assert problems(decode_account, text) == ['is empty; it needs at least address = "joe@example.com"']
    assert problems(decode_provider, text) == ['is empty; it needs at least name = "…"']
    assert decode_config(text, "config.toml").checks.jobs == 32
    assert decode_people(text, "people.toml") == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("port = 143", "unknown key; it belongs in [incoming] or [outgoing]"),
        ("schema = 2", "must be 1"),
        ("tags = 'x'", 'must be a list, like ["one", "two"], not text in quotes'),
        ("tags = ['x', 1]", "must be text in quotes, not a whole number"),
        ("incoming = 1", "must be a table, not a whole number"),
        ("label = true", "must be text in quotes, not true or false"),
        ('label = "a\\u0007b"', "holds a control character; remove it"),
        ("provider = '../x'", "must be the name of a provider file, without folder and “.toml”"),
        ("incoming.label = 'x'", "it belongs at the top of the file, before the first [table]"),
        ("incoming.zzz = 'x'", "unknown key; known here: host, port, security"),
        ("incoming.port = 0", "0 is not a port"),
        ("outgoing.port = -1", "SMTP is 587 with STARTTLS, 465 with TLS"),
        ("incoming.port = true", "must be a whole number, without quotes, not true or false"),
        ("incoming.port = 993.0", "must be a whole number, without quotes, not a number with a point"),
        ("incoming.security = 'ssl'", "“ssl” is not known; choose none, starttls, tls"),
        ("incoming.security = 'STARTTLS'", "did you mean “starttls”?"),
        ("outgoing.protocol = 'smtp'", "unknown key; known here: host, port"),
        ("incoming.username = ''", "is empty; leave it out"),
        ("incoming.fingerprint = 'sha256:12'", "must be sha256: and 64 hexadecimal digits"),
        ("iphone.uuid = 'not-a-uuid'", "is no UUID; remove it, and the next export puts in a right one"),
        ("iphone.uuid = '../..'", "is no UUID"),
        ("iphone.identifier = 'x'", "has 2 to 200 characters"),
        ("iphone.identifier = ''", "has 2 to 200 characters"),
        (f"iphone.identifier = '{'x' * 201}'", "has 2 to 200 characters"),
        ("iphone.identifier = 'a b/<>'", "has “/” in it"),
        ("iphone.identifier = 'com.example\u202email'", "has a character that does not show in it"),
        ("iphone.identifier = ' com.example'", "has a blank at an end"),
        ("password.from = 'comand'", "must be one of ask, command, keyring"),
        ("password.from = 'command'", 'from = "command" needs a command'),
        ("password = {from = 'command', command = []}", 'from = "command" needs a command'),
        ("password.command = ['pass']", 'is not used; write from = "command" beside it'),
        ("outgoing.password = {from = 'command'}", 'from = "command" needs a command'),
        ("accepted.'incoming.prt'.reason = 'x'", "there is no such setting; did you mean “incoming.port”?"),
        ("accepted.'incoming.port'.until = 2027-01-31", "is missing"),
        ("accepted.'incoming.port' = {reason='x', until=2027-01-31T10:00:00}", "not a date with a time"),
        ("accepted.'incoming.port' = {reason='x', until='soon'}", "must be a date like 2027-01-31"),
    ],
)
def test_each_mistake_in_an_account(line: str, said: str) -> None:
    (problem,) = account_problems(line)
    assert problem.startswith("2: ")
    assert said in problem


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("mail.x.net:993", "put 993 into port, and leave mail.x.net here"),
        ("imaps://mail.x.net", "without “imaps://”"),
        ("mail.x.net/imap", "without “/”"),
        ("mail x.net", "has a blank inside"),
        ("mail.x.net ", "has a blank inside"),
        ("mail\x1b.x.net", "control character"),
        ("mum@x.net", "is an address"),
        ("[::1]", "without the brackets"),
        ("mail..net", "two dots"),
        ("", "is empty"),
    ],
)
def test_what_is_no_host(host: str, said: str) -> None:
    message = host_fault(host)
    assert message is not None
    assert said in message
    assert message.isprintable()


@pytest.mark.parametrize(
    "host", ["mail.x.net", "localhost", "127.0.0.1", "::1", "bücher.example", "a_b.x.net"]
)
def test_what_is_a_host(host: str) -> None:
    assert host_fault(host) is None


@pytest.mark.parametrize(
    "text",
    [
        'address = "a@b.example"\npassword = "hunter2"\n',
        'address = "a@b.example"\n[password]\npassword = "hunter2"\n',
        'address = "a@b.example"\n[password]\nfrom = "hunter2"\n',
        'address = "a@b.example"\n[incoming]\npasswd = "hunter2"\n',
        'address = "a@b.example"\n[outgoing]\npassword = "hunter2"\n',
        'address = "a@b.example"\ntoken = "hunter2"\n',
    ],
)
def test_a_password_in_a_file_is_refused_and_not_repeated(text: str) -> None:
    (problem,) = problems(decode_account, text)
    assert "hunter2" not in problem
    assert "passwords are never kept in files" in problem or "must be one of ask" in problem


def test_nothing_from_a_file_reaches_a_message_raw() -> None:
    said = account_problems(
        r'"\u001b[2J" = 1', r'incoming.security = "\u001b[2J"', r'incoming.host = "\u009b/"'
    )
    assert len(said) == 3
    assert all(message.isprintable() for message in said)


def test_a_file_that_was_not_meant_is_not_reported_without_end() -> None:
    said = account_problems(*[f"key{number} = 1" for number in range(300)])
    assert len(said) == 51
    assert said[-1] == "and 250 problems more"


# Providers


def test_a_provider_of_its_own() -> None:
    provider = decode_provider(PROVIDER, "icloud.toml")
    assert (provider.name, provider.incoming[0].host) == ("iCloud", "imap.mail.me.com")


def test_an_own_provider_file_states_only_what_differs() -> None:
    own = decode_provider('[sign_in]\nnote = "mine"\n', "icloud.toml", over=parse(PROVIDER))
    shipped = decode_provider(PROVIDER, "icloud.toml")
    assert own.sign_in.note == "mine"
    assert own.sign_in.app_password == "required"
    assert own.incoming == shipped.incoming
    replaced = '[[incoming]]\nprotocol = "pop3"\nhost = "pop.me.com"\nport = 995\nsecurity = "tls"\n'
    assert [s.host for s in decode_provider(replaced, "x", over=parse(PROVIDER)).incoming] == ["pop.me.com"]
    assert decode_provider("# nothing yet\n", "x", over=parse(PROVIDER)) == shipped


def test_values_are_laid_over_each_other_without_changing_either() -> None:
    below: dict[str, object] = {"a": {"b": 1, "c": 2}, "d": [1, 2]}
    above: dict[str, object] = {"a": {"c": 3}, "d": [4]}
    assert overlay(below, above) == {"a": {"b": 1, "c": 3}, "d": [4]}
    assert below == {"a": {"b": 1, "c": 2}, "d": [1, 2]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('domains = ["a b"]', "2: domains: “a b” has a blank inside"),
        ('suffixes = ["a b"]', "2: suffixes: “a b” has a blank inside"),
        ('server_domains = ["a..b"]', "2: server_domains: “a..b” has two dots"),
        ('own_domain_username = "adress"', "2: own_domain_username: would be the same name for everybody"),
        ('docs = "javascript:alert(1)"', "2: docs: must be the address of a web page"),
        (
            '[[old_host]]\nhost = "a:1"\nuse = "b"\nwhy = ""',
            "3: old_host.host: must be the server's name alone",
        ),
        ('[[failure]]\nmatches = "("\ncause = "unknown"', "3: failure.matches: is not a regular expression"),
        ('[[failure]]\nmatches = ""\ncause = "unknown"', "3: failure.matches: is empty"),
        ('[[failure]]\nmatches = "x"\ncause = "wrong-pass"', "did you mean “wrong-password”?"),
        ('[[outgoing]]\nhost = "a"\nport = 0\nsecurity = "tls"', "4: outgoing.port: 0 is not a port"),
        ('[[outgoing]]\nhost = "a"\nport = 1', "2: outgoing.security: is missing"),
        (
            '[[outgoing]]\nhost="a"\nport=1\nsecurity="tls"\nusername = "{name}"',
            "6: outgoing.username: {name} is not known",
        ),
        (
            '[[outgoing]]\nhost="a"\nport=1\nsecurity="tls"\nusername_also = ["adress"]',
            "6: outgoing.username_also: would be the same name for everybody",
        ),
    ],
)
def test_each_mistake_in_a_provider(line: str, said: str) -> None:
    (problem,) = problems(decode_provider, f'name = "x"\n{line}\n')
    assert said in problem


def test_a_providers_host_may_be_named_after_the_domain_and_nothing_else() -> None:
    text = 'name = "x"\n[[outgoing]]\nhost = "mail.{%s}"\nport = 465\nsecurity = "tls"\n'
    assert decode_provider(text % "domain", "x").outgoing[0].host == "mail.{domain}"
    (problem,) = problems(decode_provider, text % "local")
    assert "3: outgoing.host" in problem


def test_a_notice_may_have_several_lines() -> None:
    assert decode_provider('name = "x"\nnotice = """a\nb"""\n', "x").notice == "a\nb"


# Other files


def test_a_theme_lacks_colours() -> None:
    said = problems(decode_theme, 'name = "x"\nprimary = "blue"\n')
    assert "accent: is missing" in said
    assert said[-1].startswith("2: primary: “blue” is not a colour; write #rrggbb")


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "1e300", "0", "-1"])
def test_a_deadline_is_a_time_that_ends(seconds: str) -> None:
    for key in ("timeout", "delivery_timeout"):
        (said,) = problems(decode_config, f"[checks]\n{key} = {seconds}\n")
        assert said.startswith(f"2: checks.{key}: {float(seconds) if 'e' in seconds else seconds} is ")
    (said,) = problems(decode_config, "[checks]\njobs = 1000000\n")
    assert said.startswith("2: checks.jobs: 1000000 is ")


def test_config_and_people() -> None:
    said = problems(decode_config, "[checks]\nrefusals = -1\ntimeout = 0\n\n[keys]\nquit = 1\n")
    assert said == [
        "2: checks.refusals: -1 is too small; at least 0",
        "3: checks.timeout: 0 is too small; more than 0",
        "6: keys.quit: must be text in quotes, not a whole number",
    ]
    assert problems(decode_people, "[Mum]\nios = 14\n") == ["2: Mum.ios: 14 is out of range; from 15 to 26"]
    assert problems(decode_people, "[Mum]\nios = 20\n") == [
        "2: Mum.ios: there is no iOS 20; after 18 came 26"
    ]
    assert decode_people('["Aunt Jo"]\nios = 26\n', "people.toml")["Aunt Jo"].ios == 26


def test_the_failure_book() -> None:
    book = decode_failures(
        '[[rule]]\nmatches = "no such user"\ncause = "wrong-password"\n\n'
        '[cause.wrong-password]\nwhat = "It was refused."\ndo = "Type it again."\n',
        "failures.toml",
    )
    assert book.cause["wrong-password"].who == "you"
    (problem,) = problems(decode_failures, '[cause.wrong-pasword]\nwhat = "x"\ndo = "y"\n')
    assert problem == "1: cause.wrong-pasword: “wrong-pasword” is not known; did you mean “wrong-password”?"


def test_reading_does_not_pay_for_what_only_edits_and_mistakes_need() -> None:
    worker = start_python(
        """
        import sys
        from mailferry.store import decode, files, history, home, results, shelf
        decode.decode_account('address = "a@b.example"', "x")
        print(sorted({"tomlkit", "platformdirs", "difflib", "mailferry.store.shape"} & sys.modules.keys()))
        """
    )
    assert worker.communicate()[0] == "[]\n"


def test_the_shipped_provider_files_are_valid() -> None:
    files = sorted((Path(__file__).parents[2] / "profiles" / "providers").glob("*.toml"))
    assert files
    for file in files:
        decode_provider(file.read_text(), str(file))


# Lines


def test_lines_of_values_however_they_are_written() -> None:
    text = (
        '# top\nlabel = "x"\ntags = [\n  "a",\n]\n\n'
        'incoming = { host = "h",\tport = 1 }\noutgoing.port = 2\n\n'
        '[accepted."incoming.port"]\nreason = """a\n\n[x]\n"""\nuntil = 2027-01-31\n\n'
        "[[i]]\n[[i]]\np = 1\n[i.q]\nr = 1"
    )
    for path, line in (
        (("label",), 2),
        (("tags",), 3),
        (("tags", 0), 3),
        (("incoming", "port"), 7),
        (("outgoing",), 8),
        (("outgoing", "port"), 8),
        (("outgoing", "host"), 8),
        (("accepted", "incoming.port"), 10),
        (("accepted", "incoming.port", "reason"), 11),
        (("accepted", "incoming.port", "until"), 15),
        (("accepted", "incoming.port", "other"), 10),
        (("i", 0), 17),
        (("i", 1, "p"), 19),
        (("i", 1, "q", "r"), 21),
        (("nothing",), None),
    ):
        assert line_of(text, path) == line, path


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    for decode in (
        decode_account,
        decode_provider,
        decode_config,
        decode_people,
        decode_theme,
        decode_failures,
    ):
        with contextlib.suppress(InvalidFileError):
            decode(text, "x.toml")
