"""An account's settings as rows of a form, from values alone."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from mailferry.model.finding import Finding
from mailferry.ui.subject import Known

RowKind = Literal["text", "port", "choice", "words"]

SECURITY_WORDS = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "none, unencrypted"}
AUTH_WORDS = {
    "password": "password",
    "cram-md5": "CRAM-MD5",
    "ntlm": "NTLM",
    "oauth2": "web page (OAuth2)",
    "none": "no sign-in",
}
PROTOCOL_WORDS = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP"}
SOURCE_WORDS = {"keyring": "password store", "command": "a command", "ask": "asked each run"}


class Choice(NamedTuple):
    """One value that a row can have."""

    value: str
    label: str
    hint: str


CHOICES: dict[str, tuple[Choice, ...]] = {
    "protocol": (
        Choice("imap", "IMAP", "mail stays on the server"),
        Choice("pop3", "POP3", "mail is fetched"),
    ),
    "security": (
        Choice("tls", "TLS from the start", "ports 993, 995, 465"),
        Choice("starttls", "STARTTLS", "upgrade; ports 143, 110, 587"),
        Choice("none", "none", "unencrypted; on this computer only"),
    ),
    "auth": (
        Choice("password", "password", "also an app-specific one"),
        Choice("oauth2", "web page (OAuth2)", "sign in at the provider's page"),
        Choice("cram-md5", "CRAM-MD5", "old, rarely needed"),
        Choice("ntlm", "NTLM", "old Exchange servers"),
        Choice("none", "no sign-in", "outgoing mail at home only"),
    ),
    "from": (
        Choice("keyring", "password store", "the desktop's keyring"),
        Choice("command", "a command", "the first line that it prints; also a token’s"),
        Choice("ask", "ask", "asked once each run"),
    ),
}
"""Values of rows that are chosen, by the last part of the key."""

_FIELDS: tuple[tuple[str, str, RowKind], ...] = (
    ("protocol", "Protocol", "choice"),
    ("host", "Server", "text"),
    ("port", "Port", "port"),
    ("security", "Security", "choice"),
    ("username", "User", "text"),
    ("auth", "Sign-in", "choice"),
    ("ca_file", "Own CA", "text"),
    ("fingerprint", "Pinned", "text"),
)
_RARE = {"ca_file", "fingerprint"}


class FormRow(msgspec.Struct, frozen=True, kw_only=True):
    """One editable value.

    `key` is where it stands in the file. `raw` is what the file itself says, empty when it says nothing;
    `value` is the effective value in words, and `origin` says where an inherited one comes from.
    """

    section: str
    key: str
    label: str
    kind: RowKind
    raw: str
    value: str
    origin: str = ""
    finding: Finding | None = None

    @property
    def own(self) -> bool:
        """Whether the account states the value itself."""
        return self.raw != ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the value can be, for a row that is chosen."""
        return CHOICES[self.key.rpartition(".")[2]]


def form_rows(known: Known) -> list[FormRow]:
    """Every row of an account's form, in the order in which people read settings."""
    return [*_server_rows(known, "incoming"), *_server_rows(known, "outgoing"), *_account_rows(known)]


def words_for(key: str, value: object) -> str:
    """A value of a setting in words for people."""
    if value is None:
        return ""
    field = key.rpartition(".")[2]
    tables = {
        "security": SECURITY_WORDS,
        "auth": AUTH_WORDS,
        "protocol": PROTOCOL_WORDS,
        "from": SOURCE_WORDS,
    }
    return tables.get(field, {}).get(str(value), str(value))


def setting_words(path: str) -> str:
    """A setting path in words: `incoming.port` is “incoming port”."""
    role, _, field = path.partition(".")
    label = next((label for name, label, _ in _FIELDS if name == field), field)
    return f"{role} {label.lower()}"


def _server_rows(known: Known, role: Literal["incoming", "outgoing"]) -> list[FormRow]:
    server = known.settings.server(role)
    own = known.account.server(role)
    section = f"{role.capitalize()}  {PROTOCOL_WORDS[server.protocol]}"
    rows = []
    for field, label, kind in _FIELDS:
        if field == "protocol" and role == "outgoing":
            continue
        stated = getattr(own, field)
        if field in _RARE and stated is None:
            continue
        key = f"{role}.{field}"
        effective = getattr(server, field)
        rows.append(
            FormRow(
                section=section,
                key=key,
                label=label,
                kind=kind,
                raw="" if stated is None else str(stated),
                value=words_for(key, effective),
                origin=known.origin if stated is None and effective is not None else "",
                finding=known.finding(key),
            )
        )
    return [*rows, *_password_rows(known, role, section)]


def _password_rows(known: Known, role: Literal["incoming", "outgoing"], section: str) -> list[FormRow]:
    stated = known.account.password if role == "incoming" else known.account.outgoing.password
    table = "password" if role == "incoming" else "outgoing.password"
    source = known.account.password_source(role)
    value = SOURCE_WORDS[source.source]
    origin = "" if stated else "as incoming" if role == "outgoing" else "by default"
    if known.settings.server(role).auth == "oauth2" and source.source != "command":
        value, origin = "no token yet: choose a command", ""
    rows = [
        FormRow(
            section=section,
            key=f"{table}.from",
            label="Token" if known.settings.server(role).auth == "oauth2" else "Password",
            kind="choice",
            raw=stated.source if stated else "",
            value=value,
            origin=origin,
        )
    ]
    if stated and stated.source == "command":
        command = _shell_words(stated.command)
        rows.append(
            FormRow(
                section=section,
                key=f"{table}.command",
                label="Command",
                kind="words",
                raw=command,
                value=command,
            )
        )
    return rows


def _account_rows(known: Known) -> list[FormRow]:
    account = known.account
    tags = ", ".join(account.tags)
    values: tuple[tuple[str, str, str, str, str], ...] = (
        ("address", "Address", account.address, account.address, ""),
        ("name", "Name", account.name or "", account.name or "", "none given"),
        ("label", "Label", account.label or "", account.label or account.address, "the address"),
        ("person", "Person", account.person or "", account.person or "", "nobody"),
        ("provider", "Provider", account.provider or "", known.recommendation.name or "", "by address"),
        ("tags", "Tags", tags, tags, "none"),
    )
    return [
        FormRow(
            section="Account",
            key=key,
            label=label,
            kind="words" if key == "tags" else "text",
            raw=raw,
            value=value,
            origin="" if raw else origin,
        )
        for key, label, raw, value, origin in values
    ]


def row_value(row: FormRow, typed: str) -> str | int | list[str] | None:
    """What to write into the file for what was typed; None removes the key, so that it is inherited again.

    Nothing is judged here: the file's own decoder says what is wrong with a value.
    """
    text = typed.strip()
    if not text:
        return None
    if row.kind == "port" and text.isascii() and text.isdigit():
        return int(text)
    if row.key == "tags":
        return [tag for part in text.split(",") if (tag := part.strip())]
    if row.kind == "words":
        import shlex

        try:
            return shlex.split(text)
        except ValueError:  # an unclosed quote: the words as they are, for the decoder and the user to see
            return text.split()
    return text


def _shell_words(command: tuple[str, ...]) -> str:
    import shlex

    return shlex.join(command)
