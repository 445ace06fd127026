"""What both faces hold: accounts, catalogue and secrets of one home folder, and verbs that join the rooms."""

from __future__ import annotations

import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookup import look_up
from mailferry.model.account import Account, Role
from mailferry.model.address import parse_address
from mailferry.model.config import Config, Person
from mailferry.model.finding import Comparison
from mailferry.model.problem import MailferryError, Problem
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import Settings, effective_settings
from mailferry.model.spared import is_not_tried
from mailferry.naming import find_account, label_clashes
from mailferry.store.decode import decode_account, decode_config, decode_people
from mailferry.store.files import read_text
from mailferry.store.home import Home
from mailferry.store.shelf import Entry, Shelf
from mailferry.store.shipped import shipped

if TYPE_CHECKING:
    from mailferry.checks.options import CheckOptions
    from mailferry.model.failure import FailureBook
    from mailferry.pin_index import PinIndex
    from mailferry.secrets.wallet import Wallet
    from mailferry.store.given import GivenBook
    from mailferry.store.results import Results, StoredCheck

AccountEntry = Entry[Account]

State = Literal[
    "unreadable", "blocked", "fails", "wrong", "insecure", "outdated", "differs", "ok", "untested"
]
"""How an account is doing, in one word: what comparing says and what the last test of these settings said."""

NEEDS_ATTENTION: frozenset[State] = frozenset(
    {"unreadable", "blocked", "fails", "wrong", "insecure", "outdated"}
)


_KEPT = 256
"""Of how many accounts the settings and comparisons are kept: those of thousands would fill the memory."""


class Workspace:
    """One home folder, opened. Nothing is read before it is asked for."""

    def __init__(
        self, home: Home, *, wallet: Wallet | None = None, check_options: CheckOptions | None = None
    ) -> None:
        """`wallet` and `check_options` replace what the home folder's own files would give (the demo's)."""
        self.home = home
        self._wallet = wallet
        self._check_options = check_options
        self.account_files: Shelf[Account] = Shelf(
            home.accounts, decode_account, cache=home.state / "accounts.cache", type=Account
        )
        self.catalogue = Catalogue(shipped("profiles") / "providers", home.providers)
        self._pin_index: tuple[tuple[AccountEntry, ...], PinIndex] | None = None
        self._settings: dict[str, tuple[Account, Settings]] = {}
        self._compared: dict[str, tuple[Account, datetime.date, Comparison]] = {}

    # What there is

    def accounts(self) -> tuple[AccountEntry, ...]:
        """Every account file, broken ones too, by file name."""
        return self.account_files.entries()

    def find(self, name: str) -> AccountEntry:
        """The one account with this file stem, address or label. Raises UnknownAccountError."""
        return find_account(self.accounts(), name)

    @property
    def pin_index(self) -> PinIndex:
        """What the files pin of iPhones, as they were when anybody last looked at them."""
        from mailferry.pin_index import PinIndex

        entries = self.account_files.last_seen()
        if self._pin_index is None or self._pin_index[0] is not entries:
            self._pin_index = (entries, PinIndex(entries))
        return self._pin_index[1]

    def label_clashes(self) -> tuple[Problem, ...]:
        """Labels that several accounts bear: the phone and the command line could not tell them apart."""
        return label_clashes(self.accounts())

    @property
    def lock(self) -> Path:
        """The file that programs saving at the same time wait for each other on."""
        return self.home.state / "lock"

    @cached_property
    def config(self) -> Config:
        """`config.toml`, or its defaults. Raises InvalidFileError."""
        file = self.home.config_file
        return decode_config(read_text(file), str(file)) if file.exists() else Config()

    @cached_property
    def people(self) -> dict[str, Person]:
        """`people.toml`, or nobody. Raises InvalidFileError."""
        file = self.home.people_file
        return decode_people(read_text(file), str(file)) if file.exists() else {}

    # What should be, and what is

    def look_up(self, address: str, provider: str | None = None) -> Recommendation:
        """The recommendation for an address, from own and shipped files. Raises AddressError."""
        return look_up(self.catalogue, parse_address(address), provider)

    def recommendation(self, account: Account) -> Recommendation:
        """The recommendation that an account follows."""
        return self.look_up(account.address, account.provider)

    def settings(self, account_id: str, account: Account) -> Settings:
        """The account's effective values."""
        known = self._settings.get(account_id)
        if known is None or known[0] is not account:
            if len(self._settings) >= _KEPT:
                self._settings.clear()
            settings = effective_settings(account_id, account, self.recommendation(account))
            self._settings[account_id] = known = (account, settings)
        return known[1]

    def compare(self, account_id: str, account: Account) -> Comparison:
        """The account against its recommendation."""
        from mailferry.advice.compare import compare

        day = today()
        known = self._compared.get(account_id)
        if known is None or known[0] is not account or known[1] != day:
            if len(self._compared) >= _KEPT:
                self._compared.clear()
            comparison = compare(
                account_id,
                account,
                self.recommendation(account),
                today=day,
                owner_of=self.owner_of,
            )
            self._compared[account_id] = known = (account, day, comparison)
        return known[2]

    def owner_of(self, host: str) -> str | None:
        """The name of the listed provider whose server a host is; None for nobody's."""
        from mailferry.catalog.recognise import owner

        provider = owner(host, self.catalogue)
        return provider.name if provider is not None else None

    def unconfirmed_slip(self, account: Account, role: Role) -> str | None:
        """The host that the account's own one is probably a slip of, unless it is accepted by name."""
        from mailferry.advice.acceptance import unconfirmed_slip

        return unconfirmed_slip(account, self.recommendation(account), role, today())

    def state(self, entry: AccountEntry) -> State:
        """The one word that says how an account is doing."""
        if entry.value is None:
            return "unreadable"
        verdicts = {finding.verdict for finding in self.compare(entry.id, entry.value).findings}
        tested = self.last_check(entry.id, entry.value)
        if "blocked" in verdicts:
            return "blocked"
        if tested is not None and is_not_tried(tested.check):
            tested = None
        if tested is not None and not tested.check.ok:
            return "fails"
        words: tuple[Literal["wrong", "insecure", "outdated"], ...] = ("wrong", "insecure", "outdated")
        for word in words:
            if word in verdicts:
                return word
        if "differs" in verdicts:
            return "differs"  # a test can be made up for, what somebody wrote is to be seen
        return "ok" if tested is not None else "untested"

    def forget_cached(self) -> None:
        """Forget what was worked out from files, because a file changed."""
        self._settings.clear()
        self._compared.clear()
        self.catalogue = Catalogue(shipped("profiles") / "providers", self.home.providers)
        for name in ("config", "people", "check_options", "failure_book", "failure_problems"):
            self.__dict__.pop(name, None)

    # Testing

    @cached_property
    def results(self) -> Results:
        """The stored results of checks."""
        from mailferry.store.results import Results

        return Results(self.home.state / "results")

    @cached_property
    def given(self) -> GivenBook:
        """What iPhones have been given from here."""
        from mailferry.store.given import GivenBook

        return GivenBook(self.home.given_file, self.lock)

    def last_check(self, account_id: str, account: Account) -> StoredCheck | None:
        """The last test of the account as it is now; None when the settings have changed since."""
        stored = self.results.get(account_id)
        if stored is None or stored.settings != self.digest(account_id, account):
            return None
        return stored

    def digest(self, account_id: str, account: Account) -> str:
        """What a test's result depends on, so that a result is not shown for settings that have changed."""
        import hashlib

        settings = self.settings(account_id, account)
        parts = (settings.address, settings.incoming, settings.outgoing)
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]

    @property
    def wallet(self) -> Wallet:
        """Where passwords come from."""
        if self._wallet is None:
            from mailferry.secrets.wallet import Wallet

            self._wallet = Wallet()
        return self._wallet

    @cached_property
    def check_options(self) -> CheckOptions:
        """How servers are tested, from `[checks]` in config.toml."""
        if self._check_options is not None:
            return self._check_options
        from mailferry.checks.options import CheckOptions

        checks = self.config.checks
        return CheckOptions(
            timeout=checks.timeout,
            connect_to=checks.connect_to,
            delivery_timeout=checks.delivery_timeout,
        )

    @cached_property
    def failure_book(self) -> FailureBook:
        """What servers' words mean, one's own rules first. An own file that is broken is left out."""
        from mailferry.failure_files import joined, read_failures, shipped_book

        book = shipped_book()
        own = self.home.failures_file
        return joined(read_failures(own), book) if own.exists() and not self.failure_problems else book

    @cached_property
    def failure_problems(self) -> tuple[Problem, ...]:
        """What is wrong with one's own failures.toml."""
        from mailferry.failure_files import read_failures

        own = self.home.failures_file
        try:
            if own.exists():
                read_failures(own)
        except MailferryError as error:
            return error.problems or (Problem(file=str(own), message=str(error)),)
        return ()


def secret_role(account: Account, role: Role) -> Role:
    """Under which role a password is kept: the incoming one's, unless the outgoing server has its own."""
    return "outgoing" if role == "outgoing" and account.outgoing.password is not None else "incoming"


def today() -> datetime.date:
    """The day on the user's own calendar, which is what an “until” means."""
    return datetime.date.today()  # noqa: DTZ011  see above
