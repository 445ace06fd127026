"""Autoconfig files: read from strangers, and written so that everybody can read them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.catalog.formats.autoconfig_writer import write_autoconfig
from mailferry.catalog.formats.autoconfig_xml import AutoconfigError, read_autoconfig
from mailferry.catalog.formats.published import Published
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider, SignIn
from mailferry.model.visible import visible
from mailferry.store.decode import decode_provider
from mailferry.store.files import read_text
from mailferry.store.shipped import shipped
from tests.catalog.autoconfig_files import SMTP, config, server
from tests.catalog.strict_reader import read_strictly


def read(text: str | bytes, domain: str | None = None) -> Published:
    return read_autoconfig(text.encode() if isinstance(text, str) else text, "file.xml", domain)


# -- reading -------------------------------------------------------------------------------------------------


def test_everything_that_counts_is_read() -> None:
    found = read(
        config(
            '<domain purpose="mx">MX.hoster.test.</domain>',
            server(),
            server("pop3", "pop.example.test", "110", "STARTTLS", "%EMAILLOCALPART%"),
            server("imap", "old.example.test", "143", "plain", auth=("password-encrypted", "NTLM")),
            server("smtp", "smtp.example.test", "587", "STARTTLS", auth=("OAuth2", "password-cleartext")),
            server("smtp", "relay.example.test", "25", "plain", None, ("client-IP-address",)),
            '<documentation url="ftp://example.test"/><documentation url="https://example.test/help"/>',
            "<enable visiturl='https://example.test/on'><instruction lang='de'>Einschalten</instruction>"
            "<instruction lang='en-GB'>Switch <b>IMAP</b>\n on.</instruction></enable>",
            domains=("Example.test", "bücher.test"),
        )
    )
    assert found == Published(
        name="Example Mail",
        domains=("example.test", "xn--bcher-kva.test"),
        mx=("mx.hoster.test",),
        docs="https://example.test/help",
        incoming=(
            IncomingServer(protocol="imap", host="imap.example.test", port=993, security="tls"),
            IncomingServer(
                protocol="pop3",
                host="pop.example.test",
                port=110,
                security="starttls",
                username="local-part",
            ),
            IncomingServer(
                protocol="imap",
                host="old.example.test",
                port=143,
                security="none",
                auth=("cram-md5", "ntlm"),
            ),
        ),
        outgoing=(
            OutgoingServer(
                host="smtp.example.test", port=587, security="starttls", auth=("oauth2", "password")
            ),
            OutgoingServer(
                host="relay.example.test", port=25, security="none", username="ask", auth=("none",)
            ),
        ),
        before=("Switch IMAP on. (https://example.test/on)",),
    )


def test_steps_may_stand_beside_the_provider() -> None:
    text = config(server()).replace(
        "</clientConfig>", "<enable><instruction>First this.</instruction></enable></clientConfig>"
    )
    assert read(text).before == ("First this.",)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("%EMAILADDRESS%", "address"),
        ("%EMAILLOCALPART%", "local-part"),
        ("%EMAILLOCALPART%.%EMAILDOMAIN%", "{local}.{domain}"),
        ("%EMAILLOCALPART%%%EMAILDOMAIN%", "{local}%{domain}"),
        ("EXAMPLE\\%EMAILLOCALPART%", "EXAMPLE\\{local}"),
        ("joe", "joe"),
        (" %EMAILADDRESS% ", "address"),
        ("", "ask"),
    ],
)
def test_forms_of_user_names(written: str, form: str) -> None:
    assert read(config(server(username=written))).incoming[0].username == form


@pytest.mark.parametrize(
    "written",
    [
        "%EMAILADDRESS",
        "EMAILADDRESS%%EMAILADDRES%",
        "%REALNAME%",
        "%emailaddress%",
        "address",
        "ask",
        "{local}",
    ],
)
def test_a_user_name_that_is_not_understood_costs_its_server(written: str) -> None:
    found = read(config(server(username=written), server(host="other.example.test")))
    assert [each.host for each in found.incoming] == ["other.example.test"]
    assert found.remarks == (
        f"One IMAP server was left out: its user name “{written}” cannot be understood.",
    )


def test_a_host_made_of_the_domain() -> None:
    text = config(server(host="Mail.%EMAILDOMAIN%"))
    assert read(text, "example.test").incoming[0].host == "mail.example.test"
    assert read(text).incoming[0].host == "mail.{domain}"


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (server(host=None), "it has no hostname"),
        (server(host=""), "it has no hostname"),
        (server(port=None), "it has no port"),
        (server(socket=None), "it has no socketType"),
        (server(port="0"), "“0” is no port"),
        (server(port="65536"), "“65536” is no port"),
        (server(port="-1"), "“-1” is no port"),
        (server(port="٩٩٣"), "“٩٩٣” is no port"),
        (server(port="993.0"), "“993.0” is no port"),
        (server(port="9" * 5000), "is no port"),
        (server(socket="TLS 1.3"), "“TLS 1.3” is no kind of encryption"),
        (server(host="imap"), "“imap” is no full host name"),
        (server(host="192.0.2.1"), "“192.0.2.1” is no full host name"),
        (server(host="https://imap.example.test"), "is no host name"),
        (server(host="imap.example.test:993"), "is no host name"),
        (server(host="a b.test"), "is no host name"),
        (server(host="-a.test"), "is no host name"),
        (server(host="a..test"), "is no host name"),
        (server(host="x" * 300 + ".test"), "is no host name"),
        (server(host="imap.%EMAILLOCALPART%.test"), "is no host name"),
        (server(host="{domain}.test"), "is no host name"),
        (server(host="imap.%EMAILDOMAIN"), "is no host name"),
        (server(host="imap.&#x202e;example.test"), "is no host name"),
        (server(auth=("GSSAPI", "TLS-client-cert")), "signed in to with GSSAPI or TLS-client-cert"),
        (server(username="&#x202e;eoj"), "cannot be understood"),
        (server(username="j" * 300), "cannot be understood"),
    ],
)
def test_a_server_that_cannot_be_used_is_left_out(section: str, words: str) -> None:
    found = read(config(section, server(host="good.example.test")))
    assert [each.host for each in found.incoming] == ["good.example.test"]
    (remark,) = found.remarks
    assert words in remark
    assert len(remark) < 250
    assert remark == visible(remark)
    with pytest.raises(
        AutoconfigError, match="names no server that can be used: One IMAP server was left out"
    ):
        read(config(section))


def test_other_things_of_note() -> None:
    found = read(
        config(
            server(),
            server(port="993"),
            server(host="kerberos.example.test", auth=("GSSAPI", "password-cleartext")),
            server(host="bare.example.test", auth=()),
            server("exchange"),
            server("x\x85y"),
        )
    )
    assert len(found.incoming) == 3
    assert found.remarks == (
        "One IMAP server was left out: imap.example.test, port 993, is listed twice.",
        "kerberos.example.test also takes GSSAPI, which mailferry does not use.",
        "The file does not say how to sign in at bare.example.test; a password is assumed.",
        "The file also names a server for Exchange, which mailferry does not use.",
        "The file also names a server for “x y”, which mailferry does not use.",
    )


def test_a_file_of_thousands_of_servers_stays_short() -> None:
    found = read(config(*(server(host=f"imap{number}.example.test") for number in range(3000))))
    assert len(found.incoming) == 16
    found = read(config(server(), *(server(host=f"bad {number}") for number in range(3000))))
    assert len(found.remarks) == 13
    assert found.remarks[-1] == "2988 more things were left out."


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<clientConfig><emailProvider>&b;</emailProvider></clientConfig>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    "<clientConfig><emailProvider>&f;</emailProvider></clientConfig>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "file.xml: the file is empty"),
        (b" \n", "the file is empty"),
        (b"nonsense", "file.xml:1: this is no well-formed XML"),
        (b"<clientConfig>\n<emailProvider>\n</clientConfig>", "file.xml:3: this is no well-formed XML"),
        (b"<!DOCTYPE html>\n<html><body>Not found", "a web page"),
        (b"\n<HTML><p>Welcome</HTML>", "a web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "no autoconfig file"),
        (b"<html/>", "a web page"),
        (b"<rss/>", "begins with “rss”"),
        (b"<clientConfig/>", "no mail provider"),
        (b"<clientConfig><emailProvider/></clientConfig>", "names no server"),
        (BILLION.encode(), "document type or entities"),
        (EXTERNAL.encode(), "document type or entities"),
        (b"<clientConfig>&unknown;</clientConfig>", "no well-formed XML"),
        (b"x" * ((1 << 20) + 1), "longer than 1 MB"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "begins with “a”"),
        (b"<a>" * 300_000, "no well-formed XML"),
        (b"\x00" * 100, "no well-formed XML"),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', "XML|encoding"),
        (b'<?xml version="1.0" encoding="gb18030"?><x/>', "XML|encoding"),
        (b'<?xml version="1.0" encoding="UTF-16"?><x/>', "XML|encoding"),
        (b'<?xml version="1.0" encoding="UTF-8"?><x>\xe9</x>', "file.xml:1: this is no well-formed XML"),
        ('<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-8-sig"), "XML|encoding"),
    ],
)
def test_what_is_no_autoconfig_file_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(AutoconfigError, match=words) as caught:
        read(data)
    (problem,) = caught.value.problems
    assert problem.file == "file.xml"
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_that_are_as_declared(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = config(server(), name="Größe").replace("UTF-8", declared)
    assert read(text.encode(encoding)).name == "Größe"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<![CDATA[<b>Bold</b>]]>", "<b>Bold</b>"),
        ("a&#x202e;b", "a\\u202eb"),
        ("two\n  lines", "two lines"),
        ("%EMAILADDRESS%", None),
        ("x" * 500, "x" * 119 + "…"),
        ("", None),
    ],
)
def test_names_are_fit_for_a_line_on_a_terminal(name: str, shown: str | None) -> None:
    assert read(config(server(), name=name)).name == shown


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://", "https://joe:pw@example.test", "https://a b.test", "http://[", "x"],
)
def test_pages_that_are_none_are_left_out(url: str) -> None:
    found = read(
        config(
            server(),
            f'<documentation url="{url}"/><enable visiturl="{url}"><instruction>Do.</instruction></enable>',
        )
    )
    assert found.docs is None
    assert found.before == ("Do.",)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(AutoconfigError):
        read(data)


@given(st.data())
def test_any_values_are_read_or_refused(data: st.DataObject) -> None:
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    values = [data.draw(text | st.none()) for _ in range(4)]
    host, port, socket, username = (None if each is None else f"<![CDATA[{each}]]>" for each in values)
    try:
        found = read(config(server(host=host, port=port, socket=socket, username=username), SMTP))
    except AutoconfigError:
        return
    for remark in found.remarks:
        assert remark == visible(remark)


# -- writing -------------------------------------------------------------------------------------------------

PROVIDER = Provider(
    name="Müller & Söhne <mail>",
    domains=("example.test", "bücher.test"),
    mx=("mail.example.test",),
    docs="https://example.test/help?a=1&b=2",
    incoming=(
        IncomingServer(protocol="imap", host="imap.example.test", port=993, security="tls"),
        IncomingServer(
            protocol="pop3",
            host="mail.{domain}",
            port=110,
            security="starttls",
            username="{local}%{domain}",
            auth=("cram-md5", "ntlm", "oauth2", "password"),
        ),
    ),
    outgoing=(
        OutgoingServer(host="smtp.example.test", port=25, security="none", username="ask", auth=("none",)),
        OutgoingServer(host="smtp.example.test", port=465, security="tls", username="local-part"),
    ),
    sign_in=SignIn(before=("Do <this> & that.", "Then (here). (https://example.test/on?a&b)")),
)


def test_what_is_written_reads_back_the_same() -> None:
    text = write_autoconfig("example", PROVIDER)
    assert text == write_autoconfig("example", PROVIDER)
    found = read(text)
    assert found.remarks == ()
    assert found.provider("x") == msgspec.structs.replace(
        PROVIDER,
        domains=("example.test", "xn--bcher-kva.test"),
    )


def test_a_strict_reader_accepts_it_and_sees_the_same_servers() -> None:
    assert read_strictly(write_autoconfig("example", PROVIDER).encode()) == [
        ("imap", "imap.example.test", 993, "SSL", ("password-cleartext",), "%EMAILADDRESS%"),
        (
            "pop3",
            "mail.%EMAILDOMAIN%",
            110,
            "STARTTLS",
            ("password-encrypted", "NTLM", "OAuth2", "password-cleartext"),
            "%EMAILLOCALPART%%%EMAILDOMAIN%",
        ),
        ("smtp", "smtp.example.test", 25, "plain", ("none",), None),
        ("smtp", "smtp.example.test", 465, "SSL", ("password-cleartext",), "%EMAILLOCALPART%"),
    ]


def test_an_app_password_is_a_step_where_there_is_no_other() -> None:
    sign_in = SignIn(app_password="required", app_password_url="https://example.test/app")
    found = read(write_autoconfig("x", msgspec.structs.replace(PROVIDER, sign_in=sign_in)))
    assert found.before == (
        "Make an app-specific password, and use it instead of your own. (https://example.test/app)",
    )


@pytest.mark.parametrize("name", ["a\x00b\x1b", "]]>", "--><x>", "\ud800", "&lt;", "'\"", "x" * 100])
def test_hostile_names_stay_names(name: str) -> None:
    text = write_autoconfig("x", msgspec.structs.replace(PROVIDER, name=name, docs=None))
    found = read(text.encode("utf-8"))
    assert found.remarks == ()
    assert [each.host for each in found.incoming] == ["imap.example.test", "mail.{domain}"]


FILES = [
    path
    for path in sorted((shipped("profiles") / "providers").glob("*.toml"))
    if "[[incoming]]" in (text := read_text(path)) and '"127.0.0.1"' not in text  # a bridge is on no network
]


def as_published(provider: Provider) -> Provider:
    """The provider as far as the format can carry it."""
    return Provider(
        name=provider.name,
        domains=provider.domains,
        mx=provider.mx,
        docs=provider.docs,
        incoming=tuple(
            msgspec.structs.replace(each, username_also=(), quirks=()) for each in provider.incoming
        ),
        outgoing=tuple(
            msgspec.structs.replace(each, username_also=(), quirks=()) for each in provider.outgoing
        ),
        sign_in=SignIn(before=provider.sign_in.before),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_every_shipped_provider_goes_there_and_back(path: Path) -> None:
    provider = decode_provider(read_text(path), str(path))
    text = write_autoconfig(path.stem, provider)
    found = read(text)
    assert found.remarks == ()
    assert found.provider("x") == as_published(provider)
    if provider.domains and provider.outgoing:
        assert len(read_strictly(text.encode())) == len(provider.incoming) + len(provider.outgoing)
