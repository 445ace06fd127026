from __future__ import annotations

import datetime
import plistlib
from importlib.resources import files
from typing import Any

import pytest
import yaml

from mailferry.iphone.profile import build_profile
from mailferry.iphone.schema import apple_schema, violations
from tests.iphone.apple_schema import FOLDER, compacted
from tests.iphone.seeds import SEEDS


def a_profile() -> dict[str, Any]:
    profile: dict[str, Any] = plistlib.loads(build_profile([SEEDS["centurylink"]]))
    return profile


def test_what_ships_is_what_apple_describes() -> None:
    shipped = files("mailferry.iphone").joinpath("apple_schema.json").read_text(encoding="utf-8")
    assert shipped == compacted(), "make it anew: make apple-schema"


def test_apples_licence_goes_along() -> None:
    licence = files("mailferry.iphone").joinpath("apple_schema.LICENSE.txt").read_text(encoding="utf-8")
    assert licence == (FOLDER / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Apple Inc." in licence


def test_every_kind_of_payload_and_key_is_there() -> None:
    schema = apple_schema()
    described = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.yaml")]
    assert len(described) == 14
    for each in described:
        keys = schema[each["payload"]["payloadtype"]]
        assert set(keys) == {key["key"] for key in each["payloadkeys"]}
        assert {name for name, key in keys.items() if key.required} == {
            key["key"] for key in each["payloadkeys"] if key["presence"] == "required"
        }


def test_a_profile_of_ours_is_without_fault() -> None:
    assert violations(a_profile()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PayloadUUID": None}, "profile: PayloadUUID is missing"),
        ({"PayloadVersion": 2}, "profile: PayloadVersion has a value that Apple does not name"),
        ({"PayloadVersion": True}, "profile: PayloadVersion is not of the type integer"),
        ({"TargetDeviceType": 7}, "profile: TargetDeviceType has a value that Apple does not name"),
        ({"RemovalDate": datetime.date(2027, 1, 1)}, "profile: RemovalDate is not of the type date"),
        ({"PayloadOrganization": ""}, "profile: PayloadOrganization is empty"),
        ({"PayloadEnabled": True}, "profile: PayloadEnabled is not a key of Apple’s"),
        ({"PayloadContent": {}}, "profile: PayloadContent is not of the type array"),
    ],
)
def test_faults_of_the_profile(changes: dict[str, Any], words: str) -> None:
    profile = {key: value for key, value in (a_profile() | changes).items() if value is not None}
    assert violations(profile) == [words]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"IncomingMailServerPortNumber": "993"}, "IncomingMailServerPortNumber is not of the type integer"),
        ({"EmailAccountType": "EmailTypeJMAP"}, "EmailAccountType has a value that Apple does not name"),
        ({"SMIMEsigningEnabled": True}, "SMIMEsigningEnabled is not a key of Apple’s"),
        ({"OutgoingMailServerHostName": None}, "OutgoingMailServerHostName is missing"),
        ({"IncomingMailServerUseSSL": 1}, "IncomingMailServerUseSSL is not of the type boolean"),
        ({"SMIMESigningCertificateUUID": "x"}, "SMIMESigningCertificateUUID does not have its form"),
    ],
)
def test_faults_of_a_payload(changes: dict[str, Any], words: str) -> None:
    profile = a_profile()
    (payload,) = profile["PayloadContent"]
    changed = {key: value for key, value in (payload | changes).items() if value is not None}
    (found,) = violations(profile | {"PayloadContent": [changed]})
    assert found == f"payload 1 (com.apple.mail.managed): {words}"


@pytest.mark.parametrize("kind", [None, 7, "com.apple.vpn.managed"])
def test_a_payload_that_is_not_described(kind: Any) -> None:
    profile = a_profile()
    profile["PayloadContent"] = [{"PayloadType": kind}]
    (found,) = violations(profile)
    assert "its type is not described" in found


def test_a_payload_that_is_none() -> None:
    assert violations(a_profile() | {"PayloadContent": ["text"]}) == ["payload 1 is not a dictionary"]


def test_names_that_occur_twice_whatever_their_case() -> None:
    profile = a_profile()
    (payload,) = profile["PayloadContent"]
    twin = payload | {"PayloadUUID": payload["PayloadUUID"].lower()}
    found = violations(profile | {"PayloadContent": [payload, twin]})
    assert [words.split()[0] for words in found] == ["PayloadIdentifier", "PayloadUUID"]
