"""Whatever people, files and commands hand over: a profile that every reader understands, or a refusal."""

from __future__ import annotations

import base64
import datetime
import plistlib
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.plain import is_writable, plain
from mailferry.iphone.preflight import preflight
from mailferry.iphone.profile import ProfileError, ProfileStatement, build_profile
from mailferry.iphone.remark_words import said
from mailferry.iphone.schema import violations
from mailferry.model.account import Account, OwnIncoming, OwnIphone
from mailferry.model.secret import Secret
from tests.iphone.certificates import AUTHORITY
from tests.iphone.seeds import CENTURYLINK, ICLOUD, profile_account

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
HOSTILE = [
    "& < > \" ' ]]> &amp; &#10; <!-- <![CDATA[ <?php {{ 7 * 7 }} %s $(id)",
    "👩‍👧 🏴\U000e0067\U000e007f ﷽ é e\u0301",
    "\u202eevil\u2066 دفتر אמא",
    "a\x00b\x1b[31m\x07\x7f\x85\n\r\t\u2028",
    "\ud800 \udfff \ufffe \uffff \ufdd0",
    "x" * 10_000,
    "",
    " ",
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


def account(**stated: Any) -> PhoneAccount:
    return profile_account(Account(address="mum@centurylink.net", **stated), CENTURYLINK)


def read_again(data: bytes) -> Any:
    """A second reader, which knows nothing but the elements of a property list."""

    def value(element: ElementTree.Element) -> Any:
        text = element.text or ""
        match element.tag:
            case "dict":
                keys, values = list(element)[::2], list(element)[1::2]
                assert {key.tag for key in keys} <= {"key"}
                return {key.text or "": value(each) for key, each in zip(keys, values, strict=True)}
            case "array":
                return list(map(value, element))
            case "string":
                return text
            case "integer":
                return int(text)
            case "true" | "false":
                return element.tag == "true"
            case "data":
                return base64.b64decode(text)
            case "date":
                return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007  as plistlib
        raise AssertionError(element.tag)

    (top,) = ElementTree.fromstring(data)
    return value(top)


def whole(data: bytes) -> dict[str, Any]:
    """The profile, once three readers agree on it."""
    profile: dict[str, Any] = plistlib.loads(data)
    assert read_again(data) == profile
    assert violations(profile) == []
    return profile


def hostile_profile(text: str) -> bytes:
    password = "".join(character for character in text if is_writable(character))
    given = msgspec.structs.replace(
        account(label=text, name=text, person=text),
        passwords={"incoming": Secret(password)},
        certificates=(AUTHORITY,),
    )
    return build_profile(
        [given, profile_account(Account(address="joe@me.com", label=text, name=text), ICLOUD)],
        person=text,
        statement=ProfileStatement(
            organization=text,
            consent={"default": text, text: "text"},
            remove_on=datetime.date(2027, 1, 31),
        ),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_everywhere(text: str) -> None:
    profile = whole(hostile_profile(text))
    assert len({part["PayloadUUID"] for part in (profile, *profile["PayloadContent"])}) == 4
    assert hostile_profile(text) == hostile_profile(text)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_words(label: str, name: str, person: str, consent: str) -> None:
    whole(
        build_profile(
            [account(label=label, name=name)],
            person=person,
            statement=ProfileStatement(organization=label, consent={name: consent}),
        )
    )


@given(ANY_TEXT)
def test_any_password_arrives_or_is_refused(text: str) -> None:
    given = msgspec.structs.replace(account(), passwords={"incoming": Secret(text)})
    if refusals := preflight(given, now=NOW).refusals:
        assert [refusal.code for refusal in refusals] == ["bad-password"]
        with pytest.raises(ProfileError):
            build_profile([given])
        return
    (payload,) = whole(build_profile([given]))["PayloadContent"]
    assert payload.get("IncomingPassword", "").replace(" ", "") == text.replace(" ", "")


@given(ANY_TEXT)
def test_any_user_name_arrives_or_is_refused(text: str) -> None:
    given = account(incoming=OwnIncoming(username=text))
    if refusals := preflight(given, now=NOW).refusals:
        assert {refusal.code for refusal in refusals} <= {"bad-username", "missing"}
        assert all(plain(said(refusal)) == said(refusal) for refusal in refusals)
        return
    (payload,) = whole(build_profile([given]))["PayloadContent"]
    assert payload["IncomingMailServerUsername"] == text


@given(ANY_TEXT)
def test_any_host_makes_a_profile_or_is_refused(text: str) -> None:
    given = account(incoming=OwnIncoming(host=text))
    refusals = preflight(given, now=NOW).refusals
    if refusals:
        assert {refusal.code for refusal in refusals} <= {"bad-host", "missing"}
        assert all(plain(said(refusal)) == said(refusal) for refusal in refusals)
        return
    (payload,) = whole(build_profile([given]))["PayloadContent"]
    assert payload["IncomingMailServerHostName"].isascii()


@given(ANY_TEXT, ANY_TEXT)
def test_any_pin_makes_a_profile_or_is_refused(identifier: str, uuid: str) -> None:
    given = account(iphone=OwnIphone(identifier=identifier, uuid=uuid))
    refusals = preflight(given, now=NOW).refusals
    if refusals:
        assert {refusal.code for refusal in refusals} == {"bad-identity"}
        return
    profile = whole(build_profile([given]))
    assert (profile["PayloadIdentifier"], profile["PayloadUUID"]) == (identifier, uuid)


PLIST_DTD = """\
<!ENTITY % object "(array | data | date | dict | real | integer | string | true | false)">
<!ELEMENT plist %object;>
<!ATTLIST plist version CDATA "1.0">
<!ELEMENT array (%object;)*>
<!ELEMENT dict (key, %object;)*>
<!ELEMENT key (#PCDATA)>
<!ELEMENT string (#PCDATA)>
<!ELEMENT data (#PCDATA)>
<!ELEMENT date (#PCDATA)>
<!ELEMENT true EMPTY>
<!ELEMENT false EMPTY>
<!ELEMENT real (#PCDATA)>
<!ELEMENT integer (#PCDATA)>
"""
"""The rules of Apple's PropertyList-1.0, stated anew."""


def _without_doctype(data: bytes) -> bytes:
    """It names Apple's own file of rules, which xmllint would want from the network."""
    lines = data.splitlines(keepends=True)
    assert lines[1].startswith(b"<!DOCTYPE plist ")
    return lines[0] + b"".join(lines[2:])


@pytest.mark.plants_secrets("the profile is to hold the password")
@pytest.mark.real
@pytest.mark.parametrize("text", HOSTILE[:5], ids=range(5))
def test_xmllint_finds_it_valid(text: str, tmp_path: Path) -> None:
    xmllint = shutil.which("xmllint")
    if xmllint is None:
        pytest.skip("xmllint is absent: apt-get install libxml2-utils")
    dtd, file = tmp_path / "plist.dtd", tmp_path / "mum.mobileconfig"
    dtd.write_text(PLIST_DTD)
    file.write_bytes(_without_doctype(hostile_profile(text)))
    ran = subprocess.run(
        [xmllint, "--noout", "--nonet", "--dtdvalid", dtd, file], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
