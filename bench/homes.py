"""Home folders of any size: many accounts of a dozen people, as a long life with mail leaves them."""

from __future__ import annotations

from pathlib import Path

PEOPLE = ("Me", "Mum", "Dad", "Anna", "Ben", "Clara", "David", "Eva", "Finn", "Grandma", "Grandpa", "Zoë")

DOMAINS = (
    "centurylink.net",
    "msn.com",
    "icloud.com",
    "q.com",
    "hotmail.com",
    "me.com",
    "gmail.com",
    "yahoo.com",
    "gmx.de",
    "web.de",
    "fastmail.com",
    "comcast.net",
    "aol.com",
    "posteo.de",
    "mail.example.org",  # nobody's: every setting is the account's own
)

_OWN_SERVERS = """
[incoming]
host = "imap.example.org"
port = 993
security = "tls"
username = "{address}"
auth = "password"

[outgoing]
host = "smtp.example.org"
port = 587
security = "starttls"
username = "{address}"
auth = "password"
"""

_DEVIATIONS = (
    '\n[incoming]\nport = 143\nsecurity = "none"\n',
    '\n[outgoing]\nport = 25\nsecurity = "none"  # what the old computer said\n',
    '\n[incoming]\nprotocol = "imap"\nport = 143\nsecurity = "starttls"\n\n'
    '[accepted."incoming.port"]\nreason = "the hotel blocks 993"\nuntil = 2099-01-31\n',
)


def make_home(folder: Path, accounts: int, *, domains: tuple[str, ...] = DOMAINS) -> Path:
    """Write a home folder; the same call always writes the same. Every fifth account deviates somewhere."""
    shelf = folder / "accounts"
    shelf.mkdir(parents=True, mode=0o700)
    for number in range(accounts):
        (shelf / f"account-{number:04}.toml").write_text(_account(number, domains), encoding="utf-8")
    return folder


def _account(number: int, domains: tuple[str, ...]) -> str:
    domain = domains[number % len(domains)]
    person = PEOPLE[number // 3 % len(PEOPLE)]
    address = f"user{number:04}@{domain}"
    text = (
        f'schema = 1\naddress = "{address}"\nname = "{person} Example"\n'
        f'label = "{person} {domain.split(".")[0]} {number}"\nperson = "{person}"\n'
    )
    if domain == "mail.example.org":
        return text + _OWN_SERVERS.format(address=address)
    return text + (_DEVIATIONS[number // 5 % len(_DEVIATIONS)] if number % 5 == 4 else "")
