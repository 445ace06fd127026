"""Which identity signs profiles, and what to know of it before it does."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret
from mailferry.model.visible import visible
from mailferry.store.files import read_bytes
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.iphone.identity_file import Source
    from mailferry.iphone.signing import SigningIdentity

_SOON = datetime.timedelta(days=30)


class SigningError(MailferryError):
    """There is no identity to sign with; the message names the file or command and what would be right."""


def identity_for(
    workspace: Workspace,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    chain: Path | None = None,
    passphrase: Callable[[str], Secret] | None = None,
    with_terminal: bool = False,
) -> SigningIdentity | None:
    """The identity in these files, else that of `[signing]` in config.toml; None where neither names one.

    `passphrase` is called for what is encrypted, once for a file, with words such as “Passphrase of the
    private key”; it may raise MailferryError. `with_terminal` lends the signing command the terminal.
    Raises SigningError, FileError, SecretError (the command), InvalidFileError (config.toml).
    """
    files: dict[Source, Path | None] = {"certificate": certificate, "key": key, "chain": chain}
    if certificate is None:
        if key is not None or chain is not None:
            raise SigningError("a key or a chain signs nothing without its certificate; name that one too")
        wished = workspace.config.signing
        if wished.command:
            return _from_command(wished.command, passphrase, with_terminal=with_terminal)
        if wished.certificate is None:
            return None
        home = workspace.home.config
        files = {
            "certificate": home / wished.certificate,
            "key": home / wished.key if wished.key else None,
            "chain": home / wished.chain if wished.chain else None,
        }
    named = {source: path for source, path in files.items() if path is not None}
    contents = {source: read_bytes(path) for source, path in named.items()}
    return _loaded(contents, {source: visible(str(path)) for source, path in named.items()}, passphrase)


def _from_command(
    command: tuple[str, ...], passphrase: Callable[[str], Secret] | None, *, with_terminal: bool
) -> SigningIdentity:
    from mailferry.secrets.signing_command import run_signing_command

    printed = run_signing_command(command, with_terminal=with_terminal)
    return _loaded({"certificate": printed}, {"certificate": visible(command[0])}, passphrase)


def _loaded(
    contents: dict[Source, bytes], names: dict[Source, str], passphrase: Callable[[str], Secret] | None
) -> SigningIdentity:
    from mailferry.iphone.identity_file import IdentityError
    from mailferry.iphone.signing import load_identity

    try:
        return load_identity(
            contents["certificate"],
            key=contents.get("key"),
            chain=contents.get("chain"),
            passphrase=passphrase,
        )
    except IdentityError as error:
        raise SigningError(f"{names[error.source or 'certificate']}: {error}") from None


def signing_remarks(identity: SigningIdentity, *, now: datetime.datetime) -> tuple[str, ...]:
    """What to know before profiles are signed with an identity, in whole sentences. `now` is in UTC.

    What the iPhone will show is the preflight's to say.
    """
    signer = identity.signer
    remarks = []
    if not signer.trusted and not identity.complete:
        remarks.append(
            f"The certificate of the authority that vouches for “{signer.name}” is missing, and without it"
            " the iPhone shows “Not Verified”. Add it with --chain; certbot's fullchain.pem holds both."
        )
    ends = f"{signer.not_after:%-d %B %Y}"
    if now > signer.not_after:
        remarks.append(f"The certificate of “{signer.name}” ended on {ends}. Sign with one that holds.")
    elif now < signer.not_before:
        remarks.append(
            f"The certificate of “{signer.name}” holds only from {signer.not_before:%-d %B %Y} on; until then"
            " the iPhone does not take the signature. Is the clock of this computer right?"
        )
    else:
        remarks.append(_lapse(ends, left=signer.not_after - now))
    remarks.append(
        "To replace this profile later, sign with this same certificate and key: an iPhone refuses a"
        " replacement signed by any other, a renewed certificate included. Then the old profile has to be"
        " removed from the iPhone first, and its mail there with it."
    )
    return tuple(remarks)


def _lapse(ends: str, *, left: datetime.timedelta) -> str:
    then = (
        "An account that is on an iPhone by then keeps working; who installs the profile later sees it as"
        " one that is not signed."
    )
    if left < _SOON:
        days = max(left.days, 0)
        return f"The signature lapses soon, on {ends} ({days} {'day' if days == 1 else 'days'} left). {then}"
    return f"The signature lapses on {ends}. {then}"
