"""The certificates of a private authority, as its file gives them."""

from __future__ import annotations

from mailferry.iphone.certificate_payload import CertificateError


def authority_certificates(data: bytes) -> tuple[bytes, ...]:
    """All certificates in a file of PEM or DER, as DER, each once. Keys in it are left where they are.

    Raises CertificateError, whose words go after “cannot be used: ”.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from mailferry.iphone.identity_file import IdentityError, read_identity_file

    try:
        found = read_identity_file(data, None).certificates
    except IdentityError as error:
        words = str(error).rstrip(".")
        raise CertificateError(words[:1].lower() + words[1:]) from None
    if not found:
        raise CertificateError("there is no certificate in it")
    return tuple(dict.fromkeys(each.public_bytes(Encoding.DER) for each in found))
