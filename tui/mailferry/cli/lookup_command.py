"""`mailferry lookup`: the recommendation for an address, with its evidence."""

from __future__ import annotations

from typing import Any

import click

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, show_problems, words
from mailferry.model.address import parse_address
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.workspace import Workspace

SECURITY = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "not encrypted"}


@click.command("lookup")
@click.argument("address")
@click.option("--offline", is_flag=True, help="Ask no host; use own and shipped provider files only.")
@json_option
@click.pass_context
def command(context: click.Context, address: str, offline: bool, as_json: bool) -> None:  # noqa: ARG001  offline is all there is yet
    """Find the recommended settings of ADDRESS, and say where they come from."""
    workspace = open_workspace(context)
    found = workspace.look_up(address)
    show_problems(workspace.catalogue.problems())
    if as_json:
        data_json(as_document(found))
    else:
        show(found)
    if found.how == "none":
        suggest_domain(workspace, address)
    context.exit(1 if found.how == "none" else 0)


def suggest_domain(workspace: Workspace, address: str) -> None:
    """Name the listed domain that an unknown one looks like."""
    from mailferry.catalog.lookup import nearest_domain

    parsed = parse_address(address)
    near = nearest_domain(workspace.catalogue, parsed.domain)
    if near is not None:
        words(f"Did you mean {parsed.local}@{near}?")


def as_document(found: Recommendation) -> dict[str, Any]:
    """The JSON of a look-up."""
    return {
        "address": found.address,
        "provider": found.provider,
        "name": found.name,
        "how": found.how,
        "incoming": [_server(server) for server in found.incoming],
        "outgoing": [_server(server) for server in found.outgoing],
        "sign_in": {
            "app_password": found.sign_in.app_password,
            "app_password_url": found.sign_in.app_password_url,
            "oauth2": found.sign_in.oauth2,
            "before": found.sign_in.before,
        },
        "iphone": {"add_account": found.iphone.add_account, "payload": found.iphone.payload},
        "evidence": [{"source": each.source, "url": each.url, "read": each.read} for each in found.evidence],
        "warnings": found.warnings,
    }


def show(found: Recommendation) -> None:
    """Print a recommendation for people."""
    if found.how == "none":
        words("\n".join((f"Nothing is known for {found.address}.", *found.warnings)))
        return
    data(f"{found.address}: {found.name}")
    for server in (*found.incoming, *found.outgoing):
        data(
            f"  {server.protocol.upper():<5} {server.host}  port {server.port}  {SECURITY[server.security]}"
            f"  user {server.username or '(ask the owner)'}  sign-in {' or '.join(server.auth)}"
        )
    if found.sign_in.app_password in ("required", "with-2fa"):
        only = " when two-factor authentication is on" if found.sign_in.app_password == "with-2fa" else ""  # noqa: S105  a word of the file
        data(f"Needs an app-specific password{only}: {found.sign_in.app_password_url or found.docs or '–'}")
    if found.sign_in.note:
        data(paragraph(found.sign_in.note))
    for number, step in enumerate(found.sign_in.before, 1):
        data(paragraph(f"{number}. {step}", 2))
    data(f"On the iPhone: Add Account > {found.iphone.add_account}")
    for each in found.evidence:
        read = f" (read {each.read:%-d %b %Y})" if each.read else ""
        data(paragraph(f"Evidence: {each.source}{read}"))
        if each.url:
            data(f"  {each.url}")
    for doubt in found.doubts:
        data(paragraph(f"Doubt: {doubt}"))
    for warning in found.warnings:
        words(paragraph(f"Note: {warning}"))


def _server(server: RecommendedServer) -> dict[str, Any]:
    return {
        "protocol": server.protocol,
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "username": server.username,
        "auth": server.auth,
    }
