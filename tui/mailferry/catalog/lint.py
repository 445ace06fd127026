"""What a provider file that reads well may still have wrong: contradictions, and values without evidence."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lint_claims import claim_problems
from mailferry.catalog.lint_evidence import evidence_problems
from mailferry.catalog.lint_servers import server_problems
from mailferry.catalog.lint_translations import translation_problems
from mailferry.catalog.server_domains import all_servers
from mailferry.model.problem import Problem
from mailferry.model.provider import Provider


def lint_provider(
    provider_id: str, provider: Provider, catalogue: Catalogue, *, today: datetime.date | None = None
) -> tuple[Problem, ...]:
    """All that is doubtful about a provider's file, in the order in which such a file is written.

    A key holds the number of its table among its like: `incoming.0.port` is the first incoming server's.
    Reads nothing but the catalogue. The age of evidence is measured against `today`, by default this day.
    """
    today = today or datetime.datetime.now(tz=datetime.UTC).date()
    found = (
        *_status(provider_id, provider, catalogue),
        *claim_problems(provider_id, provider, catalogue),
        *_own_domains(provider),
        *server_problems(provider),
        *_sign_in(provider),
        *evidence_problems(provider_id, provider, catalogue, today),
        *_old_hosts(provider),
        *_failures(provider),
        *translation_problems(provider),
    )
    return tuple(msgspec.structs.replace(problem, file=f"{provider_id}.toml") for problem in found)


def _status(provider_id: str, provider: Provider, catalogue: Catalogue) -> Iterator[Problem]:
    status, successor = provider.status, provider.successor
    if status != "active" and not provider.notice:
        yield Problem(key="notice", message=f"a provider that is “{status}” must say what to do instead")
    if status == "moved" and successor is None:
        yield Problem(key="successor", message="missing; name the provider file that took over")
    if successor is not None:
        if successor == provider_id:
            yield Problem(key="successor", message="is this file itself")
        elif successor not in catalogue.ids():
            yield Problem(key="successor", message=f"there is no provider file “{successor}”")
        if status == "active":
            yield Problem(key="successor", message="an active provider has none; is it “moved”?")
    if status in ("no-mail-programs", "retired") and all_servers(provider):
        yield Problem(key="status", message=f"“{status}”, and yet servers are listed")
    if status == "active" and not (provider.notice and not all_servers(provider)):
        # One whose servers nobody names may say just that; half of them is a mistake.
        for role in ("incoming", "outgoing"):
            if not getattr(provider, role):
                yield Problem(key=role, message=f"missing; an active provider has an [[{role}]] server")


def _own_domains(provider: Provider) -> Iterator[Problem]:
    form = provider.own_domain_username
    if form is not None and all(server.username == form for server in all_servers(provider)):
        yield Problem(
            key="own_domain_username", message="is the form that every server has anyway; leave it out"
        )


def _sign_in(provider: Provider) -> Iterator[Problem]:
    sign_in = provider.sign_in
    for server in all_servers(provider):
        ending = sign_in.password_until is not None and "oauth2" in server.auth
        if sign_in.oauth2 == "required" and set(server.auth) != {"oauth2"} and not ending:
            yield Problem(
                key="sign_in.oauth2",
                message=f"“required”, and yet {server.host}:{server.port} takes {', '.join(server.auth)}",
            )
        if sign_in.oauth2 == "no" and "oauth2" in server.auth:
            yield Problem(
                key="sign_in.oauth2", message=f"“no”, and yet {server.host}:{server.port} takes oauth2"
            )
    if sign_in.password_until and not any("password" in server.auth for server in all_servers(provider)):
        yield Problem(key="sign_in.password_until", message="and yet no server takes a password")
    wants_app_password = sign_in.app_password == "required"  # noqa: S105  a word of the file format
    if wants_app_password and sign_in.app_password_url is None:
        yield Problem(key="sign_in.app_password_url", message="missing; where is the app password made?")
    if sign_in.oauth2 == "required" and provider.iphone.payload == "mail":
        yield Problem(
            key="iphone.payload", message="a mail profile carries passwords only, and sign-in needs oauth2"
        )


def _old_hosts(provider: Provider) -> Iterator[Problem]:
    current = {server.host for server in all_servers(provider)}
    for index, old in enumerate(provider.old_host):
        at = f"old_host.{index}"
        if old.host in current:
            yield Problem(key=f"{at}.host", message=f"{old.host} is listed as a current server as well")
        if old.use not in current:
            yield Problem(key=f"{at}.use", message=f"{old.use} is not among the servers of this file")


def _failures(provider: Provider) -> Iterator[Problem]:
    for index, rule in enumerate(provider.failure):
        try:
            re.compile(rule.matches)
        except re.error as error:
            yield Problem(
                key=f"failure.{index}.matches", message=f"“{rule.matches}” is no regular expression: {error}"
            )
