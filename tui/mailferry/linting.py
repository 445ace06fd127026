"""Validating account, provider, theme and settings files, one's own and the shipped ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.advice.book import check_rules
from mailferry.catalog.lint import lint_provider
from mailferry.catalog.lint_evidence import links
from mailferry.failure_files import read_failures, shipped_failures
from mailferry.model.account import Account
from mailferry.model.problem import InvalidFileError, MailferryError, Problem
from mailferry.model.provider import Provider
from mailferry.pinned_identities import pin_problems
from mailferry.store.decode import (
    decode_account,
    decode_config,
    decode_people,
    decode_provider,
    decode_theme,
    line_of,
    parse,
)
from mailferry.store.files import read_text
from mailferry.store.shipped import shipped
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.catalog.discovery.asking import Announce

Validate = Callable[[str, str], object]


def lint(workspace: Workspace, files: Sequence[Path] = ()) -> tuple[int, tuple[Problem, ...]]:
    """How many files were looked at, and what is wrong with them. No files named: all there are."""
    chosen = list(files) or _all_files(workspace)
    problems = [problem for file in chosen for problem in _lint_file(workspace, file)]
    among_accounts = (*workspace.label_clashes(), *pin_problems(workspace))
    clashes = [clash for clash in among_accounts if not files or Path(clash.file or "") in chosen]
    return len(chosen), (*problems, *clashes)


async def lint_links(
    workspace: Workspace, files: Sequence[Path], announce: Announce
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Pages named in provider files that are not there any more, and which could not be asked for, and why.

    No files named: all provider files there are. Asks every host that is named, each announced before, by
    the name server and the ways that config.toml gives. Raises MailferryError for a config.toml that cannot
    be used.
    """
    from mailferry.catalog.discovery.asking import Asking
    from mailferry.catalog.discovery.dns import Resolver
    from mailferry.catalog.discovery.web import Web
    from mailferry.catalog.evidence_links import ask_links

    def about_hosts(asking: Asking) -> None:
        announce(Asking(host=asking.host, about="the hosts of pages"))

    resolver = Resolver(nameserver=workspace.config.lookup.resolver, announce=about_hosts)
    web = Web(resolver=resolver, announce=announce, connect_to=workspace.config.checks.connect_to)
    named = [place for file in list(files) or _all_files(workspace) for place in _links_in(workspace, file)]
    asked = {link.url: link for link in await ask_links((each.url for each in named), web)}
    dead = [
        Problem(file=each.file, line=each.line, key=each.key, message=f"{each.url}: {asked[each.url].why}")
        for each in named
        if asked[each.url].dead
    ]
    unknown = tuple(f"{link.url}: {link.why}" for link in asked.values() if link.why and not link.dead)
    if len(unknown) > 1 and not any(link.reached for link in asked.values()):
        return (), (f"{len(asked)} pages, for no host could be reached; is there a network? ({unknown[0]})",)
    return tuple(dead), unknown


class _NamedLink(msgspec.Struct, frozen=True):
    url: str
    file: str
    line: int
    key: str


def _links_in(workspace: Workspace, file: Path) -> Iterator[_NamedLink]:
    try:
        text = read_text(file)
        if _kind(file, text) != "provider":
            return
        provider = decode_provider(text, str(file), over=_laid_over(workspace, file))
    except MailferryError:
        return  # lint has said what is wrong with the file
    for key, url in links(provider):
        at = text.find(url)
        if at >= 0:  # else it stands in the shipped file beneath
            yield _NamedLink(url, str(file), text.count("\n", 0, at) + 1, _key(key) or key)


def _laid_over(workspace: Workspace, file: Path) -> Mapping[str, object] | None:
    """What an own provider file is laid over."""
    own = file.parent == workspace.home.providers
    return workspace.catalogue.shipped_raw(file.stem) if own else None


def _all_files(workspace: Workspace) -> list[Path]:
    home = workspace.home
    profiles = shipped("profiles")
    folders = (
        home.accounts,
        home.providers,
        home.themes,
        profiles / "providers",
        profiles / "examples",
        shipped("themes"),
    )
    single = (home.config_file, home.people_file, home.failures_file, shipped_failures())
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.toml"))]
    return files + [file for file in single if file.exists()]


def _lint_file(workspace: Workspace, file: Path) -> tuple[Problem, ...]:
    kind = None
    try:
        text = read_text(file)
        kind = _kind(file, text)
        if kind == "provider":
            return _lint_provider(workspace, file, text)
        if kind == "failures":
            read_failures(file)
            return ()
        _VALIDATE[kind](text, str(file))
    except MailferryError as error:
        problems = error.problems or (Problem(file=str(file), message=str(error)),)
        return (*problems[:-1], _and_then(problems[-1])) if kind == "provider" else problems
    return ()


def _and_then(problem: Problem) -> Problem:
    """The last problem of a file's form, with a word on what has not been looked into for it."""
    words = "(what the values mean is looked into once the form is right)"
    return msgspec.structs.replace(problem, message=f"{problem.message} {words}")


_VALIDATE: dict[str, Validate] = {
    "account": decode_account,
    "theme": decode_theme,
    "config": decode_config,
    "people": decode_people,
}


def _lint_provider(workspace: Workspace, file: Path, text: str) -> tuple[Problem, ...]:
    over = _laid_over(workspace, file)
    provider = decode_provider(text, str(file), over=over)
    found = (
        *lint_provider(file.stem, provider, workspace.catalogue),
        *check_rules(provider.failure, table="failure"),
    )
    stated = parse(text, str(file))  # an own file answers for its own keys, not for those it is laid over
    placed = (
        msgspec.structs.replace(problem, file=str(file), line=_line(text, problem.key), key=_key(problem.key))
        for problem in dict.fromkeys(found)
        if problem.key is None or problem.key.partition(".")[0] in stated or over is None
    )
    return tuple(sorted(placed, key=lambda problem: problem.line or 0))


def _line(text: str, key: str | None) -> int | None:
    return line_of(text, tuple(key.split("."))) if key else None


def _key(key: str | None) -> str | None:
    """A key as TOML writes it; which table of several is meant, the line tells."""
    return ".".join(part for part in key.split(".") if not part.isdigit()) if key else None


def _kind(file: Path, text: str) -> str:
    """Which sort of file this is: by its name, by its folder, or by the keys that only one sort has."""
    if file.name in ("config.toml", "people.toml", "failures.toml"):
        return file.stem
    by_folder = {"accounts": "account", "examples": "account", "providers": "provider", "themes": "theme"}
    if file.parent.name in by_folder:
        return by_folder[file.parent.name]
    keys = parse(text, str(file)).keys()
    if not keys:
        problem = Problem(file=str(file), message="is empty; nothing tells what it should be")
        raise InvalidFileError([problem])
    if "address" in keys:
        return "account"
    if "primary" in keys or "background" in keys:
        return "theme"
    return "provider" if _PROVIDERS_ALONE & keys else "account"


_PROVIDERS_ALONE = set(Provider.__struct_fields__) - set(Account.__struct_fields__)
