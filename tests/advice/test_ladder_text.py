"""What a ladder says for people: each thing once, and what was left out is no failure."""

from __future__ import annotations

from msgspec.structs import replace

from mailferry.advice.ladder_text import ladder_lines
from mailferry.model.check import AccountCheck, Change, ServerCheck, StageResult
from mailferry.model.spared import SPARED, is_not_tried, is_spared

FAILED = ServerCheck(
    role="incoming",
    protocol="imap",
    host="imap.x.example",
    port=993,
    security="tls",
    ok=False,
    stages=(StageResult(stage="auth", ok=False, seconds=0.1, detail="refused"),),
    failed_stage="auth",
    cause="wrong-password",
    advice="Type it again.",
)
SENDING = replace(FAILED, role="outgoing", protocol="smtp", host="smtp.x.example", port=465)
LEFT_OUT = replace(
    SENDING,
    cause="not-tried",
    advice="Going on would have cost more than it told.",
    stages=(
        StageResult(stage="dns", ok=True, seconds=0.1, detail="1 address"),
        StageResult(stage="auth", ok=False, seconds=0, detail=f"3 passwords were refused here; {SPARED}"),
    ),
)


def text(server: ServerCheck, *above: ServerCheck) -> str:
    return "\n".join(line.text for line in ladder_lines(server, above=above))


def test_what_both_servers_fail_of_is_explained_once() -> None:
    assert "wrong-password: Type it again." in text(FAILED)
    assert "wrong-password: the same as for IMAP." in text(SENDING, FAILED)
    other = replace(SENDING, advice="Type another.")
    assert "wrong-password: Type another." in text(other, FAILED)


def test_what_was_left_out_has_a_sign_of_its_own_and_one_reason() -> None:
    assert is_spared(LEFT_OUT)
    told = text(LEFT_OUT)
    assert "✓ dns" in told
    assert "– auth" in told
    assert "✗" not in told
    assert "Going on" not in told


def test_other_reasons_for_not_trying_are_failures() -> None:
    nameless = (StageResult(stage="auth", ok=False, seconds=0, detail="there is no user name"),)
    server = replace(LEFT_OUT, stages=nameless)
    assert not is_spared(server)
    assert "✗ auth" in text(server)
    assert "not-tried: Going on" in text(server)


def test_an_account_is_not_tried_where_nothing_else_failed() -> None:
    def check(*servers: ServerCheck) -> AccountCheck:
        ok = all(server.ok for server in servers)
        return AccountCheck(account="a", address="a@x.example", ok=ok, seconds=1, servers=servers)

    well = replace(FAILED, ok=True, cause=None)
    assert is_not_tried(check(well, LEFT_OUT))
    assert not is_not_tried(check(FAILED, LEFT_OUT))
    assert not is_not_tried(check(well))


def test_changes_are_told_in_the_number_they_have() -> None:
    changed = (
        Change(what="capabilities", before="offered A", now="no longer offered"),
        Change(what="greeting", before="a", now="b"),
    )
    told = text(replace(FAILED, changed=changed))
    assert "Other capabilities than when all was well: offered A → no longer offered" in told
    assert "Another greeting than when all was well: a → b" in told


def test_words_that_are_no_utf_8_stand_exactly_and_are_read_beside() -> None:
    told = text(replace(FAILED, server_said="NO \\xc3\\xdc\\xc2\\xeb\\xb4\\xed\\xce\\xf3"))
    assert "The server said: NO \\xc3\\xdc\\xc2\\xeb\\xb4\\xed\\xce\\xf3\n(in GBK: NO 密码错误)" in told
