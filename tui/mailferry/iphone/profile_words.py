"""What a profile says of itself on the iPhone's screen: its name and its description."""

from __future__ import annotations

from collections.abc import Sequence

from mailferry.iphone.account import PhoneAccount, Proof
from mailferry.iphone.passwords import password_inside, passwords_asked
from mailferry.iphone.payload_kind import payload_kind
from mailferry.iphone.plain import plain
from mailferry.iphone.remark_words import date_words
from mailferry.model.address import Address
from mailferry.model.settings import ROLES


def display_name(addresses: Sequence[Address], person: str | None) -> str:
    """iOS also tells accounts apart by this name, so it says whose mail it is and never counts."""
    first = plain(str(addresses[0]))
    owner = plain(person or "")
    if len(addresses) == 1:
        return f"Mail for {owner} ({first})" if owner else f"Mail for {first}"
    return f"Mail for {owner}" if owner else f"Mail for {first} and {len(addresses) - 1} more"


def description(accounts: Sequence[PhoneAccount], addresses: Sequence[Address]) -> str:
    """What the profile sets up, what becomes of the passwords, and how the settings were tested."""
    every = ", ".join(plain(str(address)) for address in addresses)
    sentences = [f"Sets up the Mail app for {every}.", *_passwords(accounts), _stamp(accounts, addresses)]
    return " ".join(sentences)


def _passwords(accounts: Sequence[PhoneAccount]) -> list[str]:
    mail = [account for account in accounts if payload_kind(account) == "mail"]
    inside = any(password_inside(account, role) for account in mail for role in ROLES)
    asked = any(passwords_asked(account) for account in mail)
    sentences = []
    if inside:
        sentences.append("Passwords are in this file, readable for whoever has it.")
    if asked:
        rest = "The iPhone asks for the others." if inside else "the iPhone asks for it."
        sentences.append(rest if inside else f"There is no password in this file; {rest}")
    if len(mail) < len(accounts):
        sentences.append("The iPhone asks for a sign-in on a web page.")
    return sentences


def _stamp(accounts: Sequence[PhoneAccount], addresses: Sequence[Address]) -> str:
    """How the settings were tested, once for all accounts where it is the same for all of them."""
    days = {proof.day if (proof := _proof(account)) else None for account in accounts}
    if len(days) == 1:
        proofs = [proof for account in accounts if (proof := _proof(account))]
        return _tested(proofs)
    return " ".join(
        f"{plain(str(address))}: {_tested([proof] if (proof := _proof(account)) else [])}"
        for account, address in zip(accounts, addresses, strict=True)
    )


def _tested(proofs: Sequence[Proof]) -> str:
    """Of proofs of one day: on which day, against which servers. None at all: that they were not tested."""
    if not proofs:
        return "These settings have not passed a test."
    *hosts, last = dict.fromkeys(plain(host) for proof in proofs for host in proof.hosts)
    against = f"{', '.join(hosts)} and {last}" if hosts else last
    return f"Tested on {date_words(proofs[0].day)} against {against}."


def _proof(account: PhoneAccount) -> Proof | None:
    """A test of IMAP and SMTP says nothing of an account that goes by another protocol."""
    return account.proof if payload_kind(account) == "mail" else None
