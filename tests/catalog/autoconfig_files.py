"""Autoconfig files for tests."""

from __future__ import annotations


def server(
    kind: str = "imap",
    host: str | None = "imap.example.test",
    port: str | None = "993",
    socket: str | None = "SSL",
    username: str | None = "%EMAILADDRESS%",
    auth: tuple[str, ...] = ("password-cleartext",),
) -> str:
    """One server section; what is None is left out."""
    tag = "outgoingServer" if kind == "smtp" else "incomingServer"
    parts = [("hostname", host), ("port", port), ("socketType", socket), ("username", username)]
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in parts if text is not None)
    inside += "".join(f"<authentication>{each}</authentication>" for each in auth)
    return f'<{tag} type="{kind}">{inside}</{tag}>'


SMTP = server("smtp", "smtp.example.test", "465")


def config(*sections: str, domains: tuple[str, ...] = ("example.test",), name: str = "Example Mail") -> str:
    """A whole file with these sections."""
    listed = "".join(f"<domain>{domain}</domain>" for domain in domains)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<clientConfig version="1.1"><emailProvider id="example.test">'
        f"{listed}<displayName>{name}</displayName>{''.join(sections)}</emailProvider></clientConfig>"
    )
