"""What a profile says of itself on the iPhone's screen: its name and its description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailferry.iphone.account import PhoneAccount, Proof
from mailferry.iphone.message import message
from mailferry.iphone.passwords import password_inside, passwords_asked
from mailferry.iphone.payload_kind import payload_kind
from mailferry.iphone.plain import plain
from mailferry.iphone.remark_words import date_words
from mailferry.model.address import Address
from mailferry.model.settings import ROLES


def display_name(addresses: Sequence[Address], person: str | None) -> str:
    """iOS also tells accounts apart by this name, so it says whose mail it is, the same in every language."""
    first = plain(str(addresses[0]))
    owner = plain(person or "")
    if len(addresses) == 1:
        return f"Mail for {owner} ({first})" if owner else f"Mail for {first}"
    return f"Mail for {owner}" if owner else f"Mail for {first} and {len(addresses) - 1} more"


def description(accounts: Sequence[PhoneAccount], addresses: Sequence[Address], lang: str) -> str:
    """What the profile sets up, what becomes of the passwords, and how the settings were tested."""
    every = ", ".join(plain(str(address)) for address in addresses)
    sentences = [
        _said("profile.sets-up", lang, addresses=every),
        *_passwords(accounts, lang),
        *_stamps(accounts, addresses, lang),
    ]
    return " ".join(sentences)


def _passwords(accounts: Sequence[PhoneAccount], lang: str) -> Iterator[str]:
    mail = [account for account in accounts if payload_kind(account) == "mail"]
    inside = any(password_inside(account, role) for account in mail for role in ROLES)
    if inside:
        yield _said("profile.passwords-inside", lang)
    if any(passwords_asked(account) for account in mail):
        yield _said("profile.others-asked" if inside else "profile.password-asked", lang)
    if len(mail) < len(accounts):
        yield _said("profile.web-sign-in", lang)


def _stamps(accounts: Sequence[PhoneAccount], addresses: Sequence[Address], lang: str) -> Iterator[str]:
    """How the settings were tested, once for all accounts where it is the same for all of them."""
    proofs = [_proof(account) for account in accounts]
    if len({proof.day if proof else None for proof in proofs}) == 1:
        yield _tested([proof for proof in proofs if proof], lang)
        return
    for proof, address in zip(proofs, addresses, strict=True):
        tested = _tested([proof] if proof else [], lang)
        yield _said("profile.of-account", lang, address=plain(str(address)), words=tested)


def _tested(proofs: Sequence[Proof], lang: str) -> str:
    """Of proofs of one day: on which day, against which servers. None at all: that they were not tested."""
    if not proofs:
        return _said("profile.untested", lang)
    hosts = tuple(dict.fromkeys(plain(host) for proof in proofs for host in proof.hosts))
    return _said("profile.tested", lang, day=date_words(proofs[0].day, lang), hosts=hosts)


def _proof(account: PhoneAccount) -> Proof | None:
    """A test of IMAP and SMTP says nothing of an account that goes by another protocol."""
    return account.proof if payload_kind(account) == "mail" else None


def _said(name: str, lang: str, **facts: str | Sequence[str]) -> str:
    template = message(name, lang)
    assert template is not None, "English has it"
    return template.render(facts)
