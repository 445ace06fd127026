"""Which certificates a web server may show, and what is wrong with one that is refused."""

from __future__ import annotations

import asyncio
import functools
import os
import ssl

from mailferry.model.visible import visible

_NAME_MISMATCH = 62  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH is 64
_ADDRESS_MISMATCH = 64
_EXPIRED = 10
_NOT_YET_VALID = 9
_UNKNOWN_ISSUER = {18, 19, 20, 21}  # self-signed, own root in the chain, issuer not found
_NAMES_SHOWN = 3


def trust() -> ssl.SSLContext:
    """The system's certificate authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR; TLS 1.2 or newer."""
    return _trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@functools.lru_cache(maxsize=2)  # reading all authorities takes longer than a handshake
def _trust(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()  # OpenSSL reads the two variables itself
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the same answer on every Python
    return context


async def refusal(error: ssl.SSLError, host: str, address: str, port: int) -> str:
    """Why TLS with `host`, dialled at `address` and `port`, failed: a sentence for people."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
            return f"What answers at {host} on port {port} does not speak TLS."
        if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)):
            return f"{host} closed the connection before it was secure."
        return f"No secure connection to {host}: {visible(error.reason or 'the TLS handshake failed')[:80]}."
    code = error.verify_code
    if code in (_NAME_MISMATCH, _ADDRESS_MISMATCH):
        names = await _names(host, address, port)
        shown = f" ({', '.join(names)})" if names else ""
        return (
            f"{host} shows a certificate for other names{shown} and was not trusted;"
            " this is common where a wildcard in the DNS sends every name to one server."
        )
    if code == _EXPIRED:
        return f"The certificate of {host} has expired; it was not trusted."
    if code == _NOT_YET_VALID:
        return (
            f"The certificate of {host} is not valid yet; it was not trusted. Is this computer's clock right?"
        )
    if code in _UNKNOWN_ISSUER:
        return f"The certificate of {host} is from an issuer unknown to this computer; it was not trusted."
    return f"The certificate of {host} was not trusted: {visible(error.verify_message)[:80]}."


async def _names(host: str, address: str, port: int) -> tuple[str, ...]:
    """The names in the certificate, or none if they cannot be had.

    The ssl module tells the names of certificates it trusts only. So this shakes hands once more with the
    name left unchecked (the issuer is checked still), sends nothing, and hangs up.
    """
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = False
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    except (OSError, TimeoutError):
        return ()
    fields = writer.get_extra_info("peercert") or {}
    writer.transport.abort()
    names = [visible(str(value))[:80] for kind, value in fields.get("subjectAltName", ()) if kind == "DNS"]
    return (*names[:_NAMES_SHOWN], "…") if len(names) > _NAMES_SHOWN else tuple(names)
