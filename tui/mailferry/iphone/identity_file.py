"""What is in a file of an identity: certificates and private keys, as PEM, DER or PKCS#12."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from mailferry.iphone.certificates import read_certificate
from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret

AskPassphrase = Callable[[str], Secret]
MOST_BYTES = 1 << 20
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----.+?-----END \1-----", re.DOTALL)
_MOST_BLOCKS = 100
_REQUEST = "a request for a certificate; the certificate is what the authority made of it"
_NOT_THESE = {
    b"CERTIFICATE REQUEST": _REQUEST,
    b"NEW CERTIFICATE REQUEST": _REQUEST,
    b"PUBLIC KEY": "a public key; the private one is needed",
    b"OPENSSH PRIVATE KEY": "a key in OpenSSH's own form; “ssh-keygen -p -m PEM -f FILE” turns it into PEM",
    b"TRUSTED CERTIFICATE": "a certificate in OpenSSL's own form; “openssl x509 -in FILE” writes it as usual",
}
_PKCS12 = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03\x30", re.DOTALL)
"""A PFX: a sequence that begins with version 3 (RFC 7292 section 4)."""


Source = Literal["certificate", "key", "chain"]
"""Which of up to three files."""


class IdentityError(MailferryError):
    """An identity cannot be read or cannot sign profiles. `source` is set if one file alone is to blame."""

    source: Source | None = None


@dataclass(frozen=True)
class IdentityFile:
    """What was found. Keys are never shown."""

    certificates: tuple[x509.Certificate, ...]
    keys: tuple[PrivateKeyTypes, ...] = field(repr=False)


def read_identity_file(data: bytes, passphrase: AskPassphrase | None) -> IdentityFile:
    """Certificates and keys in the order of the file. `passphrase` is asked once at most.

    Raises IdentityError.
    """
    if len(data) > MOST_BYTES:
        raise IdentityError("It is larger than 1 MiB; that is no file of certificates and keys.")
    if b"-----BEGIN " in data:
        return _read_pem(data, passphrase)
    for read in (_der_certificate, _der_certificates, _read_pkcs12, _der_key):
        if (found := read(data, passphrase)) is not None:
            return found
    raise IdentityError("It is neither a certificate nor a key, as far as PEM, DER and PKCS#12 go.")


def _read_pem(data: bytes, passphrase: AskPassphrase | None) -> IdentityFile:
    certificates: list[x509.Certificate] = []
    keys: list[PrivateKeyTypes] = []
    others: list[str] = []
    for number, block in enumerate(_PEM.finditer(data)):
        if number >= _MOST_BLOCKS:
            raise IdentityError(f"There are more than {_MOST_BLOCKS} certificates and keys in it.")
        label, pem = block[1], block[0] + b"\n"
        if label in (b"CERTIFICATE", b"X509 CERTIFICATE"):
            certificates.append(_pem_certificate(pem))
        elif label in (b"PKCS7", b"CMS"):
            certificates += _pem_certificates(pem)
        elif label in _NOT_THESE:
            others.append(_NOT_THESE[label])
        elif label.endswith(b"PRIVATE KEY"):
            keys.append(_pem_key(label, pem, passphrase))
    if not certificates and not keys:
        raise IdentityError(f"It holds {others[0]}." if others else "It is damaged: no part of it is whole.")
    return IdentityFile(tuple(certificates), tuple(keys))


def _pem_certificate(pem: bytes) -> x509.Certificate:
    try:
        return read_certificate(pem.replace(b" X509 CERT", b" CERT"))
    except ValueError:
        raise IdentityError("A certificate in it is damaged.") from None


def _pem_certificates(pem: bytes) -> list[x509.Certificate]:
    try:
        return list(pkcs7.load_pem_pkcs7_certificates(pem.replace(b" CMS-", b" PKCS7-")))
    except (ValueError, UnsupportedAlgorithm):
        raise IdentityError("The certificates in it (PKCS#7) are damaged.") from None


def _pem_key(label: bytes, pem: bytes, passphrase: AskPassphrase | None) -> PrivateKeyTypes:
    if label == b"ENCRYPTED PRIVATE KEY" or b"ENCRYPTED" in pem.partition(b"\n\n")[0]:
        return _encrypted_key(pem, passphrase, load_pem_private_key)
    try:
        return load_pem_private_key(pem, None)
    except UnsupportedAlgorithm:
        raise IdentityError("The private key is of a kind that is not known here.") from None
    except (ValueError, TypeError):
        raise IdentityError("The private key is damaged.") from None


def _encrypted_key(
    data: bytes,
    passphrase: AskPassphrase | None,
    load: Callable[[bytes, bytes | None], PrivateKeyTypes],
) -> PrivateKeyTypes:
    secret = _asked(passphrase, "the private key")
    try:
        return load(data, secret.reveal().encode())
    except UnsupportedAlgorithm:
        why = "The private key is encrypted in a way that is not known here."
    except (ValueError, TypeError):
        why = "The passphrase does not open the private key."
    raise IdentityError(why)  # outside the handler: no frame of the library's goes along


def _der_certificate(data: bytes, _passphrase: AskPassphrase | None) -> IdentityFile | None:
    try:
        return IdentityFile((read_certificate(data),), ())
    except ValueError:
        return None


def _der_certificates(data: bytes, _passphrase: AskPassphrase | None) -> IdentityFile | None:
    try:
        return IdentityFile(tuple(pkcs7.load_der_pkcs7_certificates(data)), ())
    except (ValueError, UnsupportedAlgorithm):
        return None


def _der_key(data: bytes, passphrase: AskPassphrase | None) -> IdentityFile | None:
    try:
        return IdentityFile((), (load_der_private_key(data, None),))
    except (ValueError, UnsupportedAlgorithm):
        return None
    except TypeError:  # it is encrypted
        return IdentityFile((), (_encrypted_key(data, passphrase, load_der_private_key),))


def _read_pkcs12(data: bytes, passphrase: AskPassphrase | None) -> IdentityFile | None:
    if not _PKCS12.match(data):
        return None
    try:
        return _opened_pkcs12(data, None)  # many are made with an empty passphrase
    except UnsupportedAlgorithm:
        raise IdentityError("The PKCS#12 file is encrypted in a way that is not known here.") from None
    except ValueError:
        pass  # of the passphrase or of the file: which, the next attempt does not tell either
    secret = _asked(passphrase, "the PKCS#12 file")
    try:
        return _opened_pkcs12(data, secret.reveal().encode())
    except UnsupportedAlgorithm:
        why = "The PKCS#12 file is encrypted in a way that is not known here."
    except ValueError:
        why = "The passphrase does not open the PKCS#12 file; or the file is damaged."
    raise IdentityError(why)


def _opened_pkcs12(data: bytes, passphrase: bytes | None) -> IdentityFile:
    opened = pkcs12.load_pkcs12(data, passphrase)
    certificates = ([opened.cert] if opened.cert else []) + opened.additional_certs
    return IdentityFile(tuple(each.certificate for each in certificates), (opened.key,) if opened.key else ())


def _asked(passphrase: AskPassphrase | None, of: str) -> Secret:
    if passphrase is None:
        raise IdentityError(f"A passphrase is needed for {of}, and nobody can be asked here.")
    secret = passphrase(f"Passphrase of {of}")
    if not secret.reveal() or any("\ud800" <= each <= "\udfff" for each in secret.reveal()):
        raise IdentityError(f"No passphrase for {of} was entered, or it is not valid text.")
    return secret
