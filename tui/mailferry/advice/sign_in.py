"""Judging how the account signs in."""

from __future__ import annotations

import datetime

from mailferry.advice.subject import Judgement, Subject, nothing_to_compare, subject_of
from mailferry.advice.words import and_then, provider_name, say_date, say_value
from mailferry.model.account import AuthMethod

_BY_PASSWORD: frozenset[AuthMethod] = frozenset({"password", "cram-md5", "ntlm"})


def judge_auth(subject: Subject) -> Judgement:
    """The verdict on the sign-in method."""
    server, stated = subject.recommended, subject.own.auth
    if server is None or not server.auth:
        if stated is None:
            return subject.not_stated("auth")
        return nothing_to_compare("a way to sign in")
    method = stated or ("password" if _holds_password(subject) and _web_only(subject) else server.auth[0])
    if method in _BY_PASSWORD and _web_only(subject):
        return _judge_ending_password(subject, method)
    if stated is None:
        return Judgement("inherited", and_then(subject.not_stated("auth").why, _reminder(subject, method)))
    listed = frozenset(way for each in subject.listed for way in each.auth)
    if stated == server.auth[0]:
        return Judgement("same", and_then(subject.says("auth"), _reminder(subject, method)))
    if stated in listed or (stated == "oauth2" and subject.recommendation.sign_in.oauth2 != "no"):
        return Judgement("alternative", and_then(_also(subject, stated), _reminder(subject, method)))
    if stated == "password" and listed & _BY_PASSWORD:
        return _judge_plain_password(subject)
    return _judge_unlisted(subject, stated)


def _judge_plain_password(subject: Subject) -> Judgement:
    """The verdict on a password sent as it is, where the provider lists ways that hide it."""
    if subject.in_clear:
        why = "Without encryption everybody on the way can read a password that is sent as it is."
        # No fix: what hides the password leaves the mail as readable as before.
        return Judgement("insecure", and_then(why, subject.says("auth")))
    why = "The same password, sent as it is; inside TLS that is as safe."
    return Judgement("alternative", and_then(why, subject.says("auth"), _reminder(subject, "password")))


def _judge_unlisted(subject: Subject, stated: AuthMethod) -> Judgement:
    name, says = provider_name(subject.recommendation), subject.says("auth")
    fix = _can_be_written(subject)
    if not subject.listed_in_full or stated not in ("oauth2", "none"):
        why = f"{name} does not list {say_value('auth', stated)}; the server may take it all the same."
        return Judgement("differs", and_then(why, says), fix)
    if stated == "oauth2":
        why = f"{name} has no sign-in on a web page for mail programs."
    else:
        why = f"{name} {'sends' if subject.role == 'outgoing' else 'gives out'} no mail without sign-in."
    return Judgement("blocked", and_then(why, says), fix)


def _can_be_written(subject: Subject) -> bool:
    """Whether writing the recommended method mends anything: a web sign-in is not put in place by a word."""
    return subject.recommended_value("auth") != "oauth2" and not _web_only(subject)


def _judge_ending_password(subject: Subject, method: AuthMethod) -> Judgement:
    """The verdict on a password where the provider wants sign-in on its web page."""
    recommendation, server = subject.recommendation, subject.recommended
    name, sign_in = provider_name(recommendation), recommendation.sign_in
    if server is not None and method in server.auth:
        return _judge_password_until(subject, sign_in.password_until)
    why = f"{name} no longer lets mail programs sign in with a password."
    if subject.role == "outgoing" and _reading_is_blocked_too(subject):
        return Judgement("blocked", f"As for reading: {why}")  # the rest is said there
    why = sign_in.note or why
    if sign_in.app_password == "no" and "app password" not in why:  # noqa: S105  a word of the file format
        why = f"{why} An app password does not help."
    return Judgement("blocked", and_then(why, *_steps(subject), _on_iphone(subject)))


def _reading_is_blocked_too(subject: Subject) -> bool:
    reading = subject_of(subject.account, subject.recommendation, "incoming", subject.today)
    return judge_auth(reading).verdict == "blocked"


def _note(subject: Subject) -> str | None:
    """Why signing in is as it is; it is said where mail is read, of both servers."""
    return subject.recommendation.sign_in.note if subject.role == "incoming" else None


def _steps(subject: Subject) -> tuple[str, ...]:
    """What is to be done before signing in; it is done once, and said where mail is read."""
    return subject.recommendation.sign_in.before if subject.role == "incoming" else ()


def _judge_password_until(subject: Subject, until: datetime.date | None) -> Judgement:
    """The verdict on a password that this server still takes, or took until some day."""
    name, note = provider_name(subject.recommendation), _note(subject)
    if until is None:
        why = f"{name} still takes a password here, but is ending that."
    elif subject.today <= until:
        why = f"{name} still takes a password here, as a rule until {say_date(until)}."
    else:
        why = (
            f"{name} took a password here until {say_date(until)}, and since then only by exception;"
            " accept this if one was made for you."
        )
        return Judgement("blocked", and_then(why, note, subject.says("auth")))
    return Judgement("outdated", and_then(why, note, subject.says("auth")))


def _web_only(subject: Subject) -> bool:
    """Whether the provider wants sign-in on its web page from everybody."""
    server = subject.recommended
    only_way = server is not None and server.auth == ("oauth2",)
    return subject.recommendation.sign_in.oauth2 == "required" or only_way


def _holds_password(subject: Subject) -> bool:
    """Whether the account says where its password comes from, and so means to sign in with one."""
    account = subject.account
    if subject.role == "outgoing" and account.outgoing.password is not None:
        return True
    return account.password is not None


def _also(subject: Subject, stated: AuthMethod) -> str:
    return and_then(
        f"{provider_name(subject.recommendation)} takes {say_value('auth', stated)} too.",
        subject.says("auth"),
    )


def _reminder(subject: Subject, method: AuthMethod) -> str | None:
    """What comparing cannot see: which password is stored, and what a web sign-in means."""
    sign_in = subject.recommendation.sign_in
    name = provider_name(subject.recommendation)
    if method == "oauth2" and _web_only(subject):
        return and_then(_note(subject), *_steps(subject), _on_iphone(subject))
    if method not in _BY_PASSWORD:
        return None
    where = f", made at {sign_in.app_password_url}" if sign_in.app_password_url else ""
    if sign_in.app_password == "required":  # noqa: S105  a word of the file format
        return f"It must be an app-specific password{where}, not the password of the {name} account."
    if sign_in.app_password == "with-2fa":  # noqa: S105  a word of the file format
        return f"With two-factor sign-in switched on it must be an app-specific password{where}."
    return None


def _on_iphone(subject: Subject) -> str | None:
    button = subject.recommendation.iphone.add_account
    return None if button == "Other" else f"On the iPhone use Add Account > {button}."
