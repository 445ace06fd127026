"""Messages that are refused at every step, lost or put among junk mail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from mailferry.advice.explain import explain
from mailferry.checks.many import check_accounts
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.behaviours.case import Behaviour
from tests.behaviours.scripted import book
from tests.checks.asking import HOST, PASSWORD
from tests.checks.fault_server import FaultServer
from tests.checks.mailbox import Mailbox


def _sent(
    mailbox: Mailbox, features: tuple[bytes, ...], answers: dict[str, bytes], address: str
) -> ServerCheck:
    with FaultServer(mailbox.imap()) as reading, FaultServer(mailbox.smtp(*features, **answers)) as sending:
        ports: tuple[tuple[Protocol, int, int], ...] = (
            ("imap", 143, reading.port),
            ("smtp", 587, sending.port),
        )
        request = AccountRequest(
            account="joe",
            address=address,
            send=True,
            servers=tuple(
                ServerRequest(
                    settings=ServerSettings(
                        role="outgoing" if protocol == "smtp" else "incoming",
                        protocol=protocol,
                        host=HOST,
                        port=port,
                        security="none",
                        username="joe",
                    ),
                    secret=lambda: Secret(PASSWORD),
                )
                for protocol, port, _ in ports
            ),
        )
        options = CheckOptions(
            timeout=3.0,
            delivery_timeout=0.3,
            resolve_only=True,
            connect_to={f"{HOST}:{port}": f"127.0.0.1:{here}" for _, port, here in ports},
        )
        (result,) = check_accounts(
            [request],
            options,
            jobs=1,
            per_host=2,
            refusals=None,
            diagnose=lambda _request, check: explain(
                check, book(), Recommendation(address=address, how="none")
            ),
            on_event=lambda _event: None,
            cancel=threading.Event(),
        )
    return result.servers[1]


def _case(
    name: str,
    does: str,
    stage: Stage,
    cause: Cause,
    *,
    features: tuple[bytes, ...] = (),
    prepared: Callable[[Mailbox], None] = lambda _mailbox: None,
    address: str = "joe@mail.test",
    **answers: Any,
) -> Behaviour:
    def run() -> ServerCheck:
        mailbox = Mailbox("Junk")
        prepared(mailbox)
        lines = {step: words.encode() + b"\r\n" if words else b"" for step, words in answers.items()}
        return _sent(mailbox, features, lines, address)

    return Behaviour(name, does, "smtp", "none", stage, cause, "script", run)


def _lost(mailbox: Mailbox) -> None:
    mailbox.deliver_to = None


def _junked(mailbox: Mailbox) -> None:
    mailbox.deliver_to = "Junk"


SENDING = (
    _case(
        "sender not owned",
        "Refuses the sender at MAIL or RCPT as another's",
        "send",
        "sender-not-allowed",
        rcpt="553 5.7.1 <joe@mail.test>: Sender address rejected: not owned by user joe",
    ),
    _case(
        "sender, bare 550",
        "Refuses MAIL in words that say nothing",
        "send",
        "sender-not-allowed",
        mail="550 no",
    ),
    _case(
        "SendAs",
        "Refuses after the message for want of the right to send as this sender",
        "send",
        "sender-not-allowed",
        message="550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    ),
    _case(
        "must equal",
        "Wants the sender to be the one who signed in",
        "send",
        "sender-not-allowed",
        mail="553 Mail from must equal authorized user",
    ),
    _case(
        "relay denied",
        "Takes no mail for others",
        "send",
        "relay-denied",
        rcpt="554 5.7.1 <joe@mail.test>: Relay access denied",
    ),
    _case(
        "relay denied, 454",
        "Takes no mail for others, and says so for now",
        "send",
        "relay-denied",
        rcpt="454 4.7.1 <joe@mail.test>: Relay access denied",
    ),
    _case(
        "530 at MAIL",
        "Wants a sign-in at MAIL although there was one",
        "send",
        "relay-denied",
        mail="530 5.7.0 Authentication Required",
    ),
    _case(
        "recipient unknown",
        "Knows no such recipient",
        "send",
        "recipient-refused",
        rcpt="550 5.1.1 <joe@mail.test>: Recipient address rejected: User unknown",
    ),
    _case(
        "recipient, bare 550",
        "Refuses RCPT in words that say nothing",
        "send",
        "recipient-refused",
        rcpt="550 no",
    ),
    _case(
        "no SMTPUTF8",
        "Cannot take an address beyond ASCII",
        "send",
        "recipient-refused",
        address="jörg@mail.test",
    ),
    _case(
        "SIZE too small",
        "Offers a limit below any message",
        "send",
        "message-too-large",
        features=(b"SIZE 100",),
    ),
    _case(
        "too large",
        "Refuses the message as too large",
        "send",
        "message-too-large",
        message="552 5.3.4 Message size exceeds fixed limit",
    ),
    _case(
        "spam",
        "Refuses the message as spam",
        "send",
        "message-rejected",
        message="554 5.7.1 Spam message rejected",
    ),
    _case(
        "message, bare 554",
        "Refuses the message in words that say nothing",
        "send",
        "message-rejected",
        message="554 no",
    ),
    _case(
        "block list at RCPT",
        "Refuses the network at RCPT, by a block list",
        "send",
        "ip-blocked",
        rcpt="554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
    ),
    _case(
        "mailbox full", "Has no room in the mailbox", "send", "quota-exceeded", rcpt="452 4.2.2 Mailbox full"
    ),
    _case(
        "daily limit",
        "Has sent enough for this account today",
        "send",
        "quota-exceeded",
        mail="550 5.4.5 Daily user sending limit exceeded.",
    ),
    _case(
        "greylisted",
        "Puts off who it does not know",
        "send",
        "greylisted",
        rcpt="450 4.2.0 <joe@mail.test>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/mail.test.html",
    ),
    _case(
        "greylisted, unnamed",
        "Puts off who it does not know, for five minutes",
        "send",
        "greylisted",
        rcpt="451 4.7.1 Please try again in 5 minutes",
    ),
    _case(
        "too fast",
        "Finds that too much is sent",
        "send",
        "rate-limited",
        mail="450 4.7.1 Error: too much mail, rate limit exceeded",
    ),
    _case(
        "451",
        "Cannot take the message just now",
        "send",
        "temporary-failure",
        message="451 4.3.0 Error: queue file write error",
    ),
    _case(
        "421 in between",
        "Ends the conversation at DATA with 421",
        "send",
        "server-unavailable",
        data="421 4.3.2 mail.test shutting down",
    ),
    _case("hangs up at DATA", "Hangs up at DATA", "send", "server-closed", data=""),
    _case("lost", "Takes the message, and it never arrives", "deliver", "not-delivered", prepared=_lost),
    _case(
        "junk",
        "Takes the message and puts it among junk mail",
        "deliver",
        "delivered-to-junk",
        prepared=_junked,
    ),
)
