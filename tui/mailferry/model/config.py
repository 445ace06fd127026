"""`config.toml` and `people.toml`: what the user wishes of the program."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from mailferry.model.described import says

Language = Literal["en", "de", "fr", "es"]
LONGEST_STAGE = 3600
"""Seconds that a stage of a test may be given."""
LONGEST_DELIVERY = 86_400
"""Seconds that a test message may be given to arrive."""
MOST_JOBS = 1000
"""Accounts that may be tested at once: each takes a few threads and files of the machine."""
IosVersion = Annotated[int, msgspec.Meta(ge=15, le=26, description="Major version: 15, 16, 17, 18 or 26")]


class ChecksConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[checks]`: how servers are tested."""

    refusals: Annotated[
        int,
        msgspec.Meta(
            ge=0, description="Refused passwords per host and hour before the rest is not tried; 0: no limit"
        ),
    ] = 3
    timeout: Annotated[
        float, msgspec.Meta(gt=0, le=LONGEST_STAGE, description="Deadline of each stage, in seconds")
    ] = 15.0
    jobs: Annotated[int, msgspec.Meta(ge=1, le=MOST_JOBS, description="Accounts tested at once")] = 32
    delivery_timeout: Annotated[
        float,
        msgspec.Meta(
            gt=0, le=LONGEST_DELIVERY, description="How long a test message may take to arrive, in seconds"
        ),
    ] = 60.0
    connect_to: Annotated[
        Mapping[str, str],
        says(
            "“host:port” to the “address:port” really dialled, for a tunnel; the certificate stays the host's"
        ),
    ] = msgspec.field(default_factory=dict)


class LookupConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[lookup]`: whom a look-up asks."""

    resolver: (
        Annotated[str, says("Name server to ask, “address” or “address:port”; left out: the system's")] | None
    ) = None
    ispdb: Annotated[str, says("Address of the mail provider database; empty: not asked")] = (
        "https://autoconfig.thunderbird.net/v1.1/"
    )
    timeout: Annotated[
        float, msgspec.Meta(gt=0, le=10, description="Deadline of each source, in seconds")
    ] = 10.0


class ProfilesConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[profiles]`: what every configuration profile says besides its accounts."""

    organization: Annotated[str, says("Who made the profile, as the iPhone shows it")] = "mailferry"
    consent: Annotated[
        Mapping[str, str],
        says("Text to agree to before installing, by language (“en”, “de”); “default” for all others"),
    ] = msgspec.field(default_factory=dict)


class SigningConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[signing]`: the identity that signs profiles; without it they stay unsigned."""

    certificate: (
        Annotated[str, says("PEM or PKCS#12 file with the certificate, relative to the home folder")] | None
    ) = None
    key: Annotated[str, says("PEM file with the private key, if it is in a file of its own")] | None = None
    chain: Annotated[str, says("PEM file with the intermediate certificates")] | None = None
    command: Annotated[
        tuple[str, ...],
        says("The program, and its arguments, that prints certificate, key and chain as PEM, or PKCS#12"),
    ] = ()


class DeliveryConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[delivery]`: the one-time link."""

    host: (
        Annotated[str, says("Address or name under which the iPhone reaches this computer; left out: asked")]
        | None
    ) = None
    port: Annotated[int, msgspec.Meta(ge=0, le=65535, description="TCP port; 0: any that is free")] = 0
    expires: Annotated[
        int, msgspec.Meta(ge=1, le=LONGEST_DELIVERY, description="Seconds after which the link is dead")
    ] = 900
    certificate: (
        Annotated[
            str, says("PEM file with the certificate (and chain) for HTTPS, relative to the home folder")
        ]
        | None
    ) = None
    key: Annotated[str, says("PEM file with its private key, if in a file of its own")] | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`config.toml`."""

    schema: Literal[1] = 1
    theme: Annotated[str, says("Name of a theme file")] | None = None
    mouse: Annotated[bool, says("Whether the mouse works in the interface")] = False
    keys: Annotated[Mapping[str, str], says("Action id to keys, comma-separated")] = msgspec.field(
        default_factory=dict
    )
    checks: ChecksConfig = ChecksConfig()
    lookup: LookupConfig = LookupConfig()
    profiles: ProfilesConfig = ProfilesConfig()
    signing: SigningConfig = SigningConfig()
    delivery: DeliveryConfig = DeliveryConfig()


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of `people.toml`: a person's iPhone."""

    ios: IosVersion | None = None
    language: Language | None = None
    supervised: Annotated[
        bool,
        says("Whether an organisation supervises the iPhone; only then Google's payload can be installed"),
    ] = False
    remove_on: (
        Annotated[datetime.date, says("Day on which the profile with all of the person's accounts vanishes")]
        | None
    ) = None
