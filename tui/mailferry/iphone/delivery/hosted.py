"""A folder for a web server of one's own: the page, the profile, and what the server must be told."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mailferry.iphone.delivery.answer import PROFILE_TYPE
from mailferry.iphone.qr import qr_svg

README = "README.txt"
README_TITLE = "A page that sets up mail on an iPhone, made by mailferry"
"""First line of the readme: by it a folder is known as one that may be written over."""


class Hosted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be hosted. `url` is where, ending in a slash, if that is known."""

    page: bytes
    profile: bytes | None
    file_name: str | None
    url: str | None


PICTURE = "qr.svg"


def hosted_files(hosted: Hosted) -> Mapping[str, bytes]:
    """Name and content of each file."""
    files = {"index.html": hosted.page, README: _readme(hosted).encode()}
    if hosted.profile is not None and hosted.file_name is not None:
        files[hosted.file_name] = hosted.profile
        # Apache: AddType may stand in .htaccess where AllowOverride FileInfo holds (mod_mime).
        files[".htaccess"] = f"AddType {PROFILE_TYPE} .mobileconfig\n".encode()
        # Netlify and Cloudflare Pages read this file at the root of a site.
        files["_headers"] = f"/{hosted.file_name}\n  Content-Type: {PROFILE_TYPE}\n".encode()
    if hosted.url is not None:
        files[PICTURE] = _picture(hosted.url)
    return files


def _picture(url: str) -> bytes:
    """The code as a file of its own, which unlike one inside a page has to name its language."""
    inline = qr_svg(url)
    marked = (
        inline if "xmlns=" in inline else inline.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    )
    return marked.encode()


def _readme(hosted: Hosted) -> str:
    parts = [README_TITLE, _HOW]
    if hosted.url is not None:
        parts.append(f"{PICTURE} leads to {hosted.url}\n")
    if hosted.file_name is not None:
        parts.append(_TYPE.format(name=hosted.file_name, type=PROFILE_TYPE))
    parts.append(_PRIVATE)
    return "\n".join(parts)


_HOW = """
Put all files of this folder on a web server with HTTPS, in a folder whose name
nobody can guess, and open its address on the iPhone, in Safari.
"""

_TYPE = """\
The web server has to send {name}
with the type

    {type}

or Safari saves the file and does not offer to install it. Apache reads that from
the file .htaccess, where its AllowOverride has FileInfo. Netlify and Cloudflare
Pages read it from the file _headers, if this folder is the root of the site;
otherwise put the folder's path before the name in it. For nginx, write inside the
server's location:

    types {{
        text/html html;
        image/svg+xml svg;
        {type} mobileconfig;
    }}
"""

_PRIVATE = """\
There is no password in these files, but mail addresses, user names and servers.
Take them off the web server when the iPhone has been set up.
"""
