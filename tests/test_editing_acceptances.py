"""Standing by a deviation, and no longer: what the account's file says then, and what is refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mailferry.acceptances import what_it_opens
from mailferry.editing import Editor
from mailferry.model.finding import Finding
from mailferry.model.problem import MailferryError
from mailferry.store.home import Home, locate_home
from mailferry.workspace import AccountEntry, Workspace

TODAY = datetime.date.today()  # noqa: DTZ011  the day on the user's own calendar
DAY = datetime.timedelta(days=1)
MUM = """\
# hers
address = "mum@centurylink.net" # the first

[incoming]
port = 143    # the hotel
security = "none"

# the end
"""
SLIP = 'address = "joe@me.com"\n[incoming]\nhost = "imap.mail.me.co"\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return locate_home(tmp_path / "home")


@pytest.fixture
def editor(home: Home) -> Editor:
    return Editor(Workspace(home))


def account(editor: Editor, text: str) -> AccountEntry:
    path = editor.workspace.home.accounts / "mum.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return editor.workspace.find("mum")


def finding(editor: Editor, path: str) -> Finding:
    entry = editor.workspace.find("mum")
    assert entry.value is not None
    findings = editor.workspace.compare(entry.id, entry.value).findings
    return next(each for each in findings if each.path == path)


def test_this_value_alone_is_accepted_and_all_else_stays(editor: Editor) -> None:
    entry = account(editor, MUM)
    change = editor.accept(entry, "incoming.port", "the hotel  blocks 993", TODAY + DAY)
    accepted = (
        '\n[accepted."incoming.port"]\nreason = "the hotel blocks 993"\n'
        f"until = {(TODAY + DAY).isoformat()}\nvalue = 143\n"
    )
    assert entry.path.read_text() == change.after == MUM.replace("\n\n# the", f"\n{accepted}\n# the")
    assert finding(editor, "incoming.port").verdict == "accepted"
    assert finding(editor, "incoming.security").verdict == "insecure"
    entry.path.write_text(entry.path.read_text().replace("143 ", "110 "))
    other = finding(editor, "incoming.port")
    assert (other.verdict, "You had accepted port 143 here" in other.why) == ("wrong", True)


def test_undo_takes_each_step_back_and_redo_does_it_again(editor: Editor) -> None:
    entry = account(editor, MUM)
    accepted = editor.accept(entry, "incoming.port", "the hotel").after
    editor.withdraw(editor.workspace.find("mum"), "incoming.port")
    assert entry.path.read_text() == MUM
    undone = editor.undo()
    assert undone is not None
    assert undone.what == "no longer stand by incoming.port of mum"
    assert entry.path.read_text() == accepted
    undone = editor.undo()
    assert undone is not None
    assert undone.what == "stand by incoming.port of mum"
    assert entry.path.read_text() == MUM
    editor.redo()
    assert entry.path.read_text() == accepted


def test_accepting_again_gives_a_new_reason_day_and_value(editor: Editor) -> None:
    by_hand = '[accepted."incoming.port"]\n# asked Ann\nreason = "old" # hers\nuntil = 2020-01-01\n'
    account(editor, f"{MUM}\n{by_hand}")
    editor.accept(editor.workspace.find("mum"), "incoming.port", "new")
    text = editor.workspace.find("mum").path.read_text()
    assert text.endswith('[accepted."incoming.port"]\n# asked Ann\nreason = "new" # hers\nvalue = 143\n')
    assert finding(editor, "incoming.port").verdict == "accepted"


def test_what_is_accepted_in_these_words_makes_no_step(editor: Editor) -> None:
    editor.accept(account(editor, MUM), "incoming.port", "the hotel")
    change = editor.accept(editor.workspace.find("mum"), "incoming.port", "the hotel")
    assert change.before == change.after
    editor.undo()
    assert editor.undo() is None


def test_a_deviation_by_what_is_left_out_has_no_value_to_name(editor: Editor) -> None:
    own = editor.workspace.home.providers / "ours.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        'schema = 1\nname = "Ours"\ndomains = ["example.org"]\n[[incoming]]\nprotocol = "imap"\n'
        'host = "imap.example.org"\nport = 143\nsecurity = "none"\nauth = ["password"]\n'
        '[[outgoing]]\nhost = "smtp.example.org"\nport = 465\nsecurity = "tls"\nauth = ["password"]\n'
    )
    editor.workspace.forget_cached()
    entry = account(editor, 'address = "x@example.org"\n')
    assert finding(editor, "incoming.security").verdict == "insecure"
    editor.accept(entry, "incoming.security", "a cable of our own")
    assert "value" not in entry.path.read_text()
    assert finding(editor, "incoming.security").verdict == "accepted"


@pytest.mark.parametrize("until", [TODAY, TODAY + DAY, None])
def test_the_last_day_may_be_today(editor: Editor, until: datetime.date | None) -> None:
    editor.accept(account(editor, MUM), "incoming.port", "the hotel", until)
    assert finding(editor, "incoming.port").verdict == "accepted"


@pytest.mark.parametrize(
    ("path", "reason", "until", "said"),
    [
        ("incoming.port", "why", TODAY - DAY, "has passed"),
        ("incoming.port", " \n", None, "say in a few words why"),
        ("incoming.port", "a\x1bb", None, "control character"),
        ("incoming.port", "a\udcffb", None, "not UTF-8"),
        ("incoming.prot", "why", None, "did you mean incoming.port"),
        ("outgoing.protocol", "why", None, "there is no setting"),
        ("incoming.host", "why", None, "incoming.host is as recommended"),
        ("outgoing.port", "why", None, "outgoing.port needs no acceptance. "),
        ("incoming.ca_file", "why", None, "is not set, and nothing is recommended"),
        ("incoming.fingerprint", "why", None, "needs no acceptance. Only the one certificate"),
    ],
)
def test_what_cannot_be_accepted_is_refused_in_words(
    editor: Editor, path: str, reason: str, until: datetime.date | None, said: str
) -> None:
    text = 'address = "mum@gmx.net"\n[incoming]\nport = 1143\n'
    text += f'fingerprint = "sha256:{"ab" * 32}"\n[outgoing]\nport = 587\nsecurity = "starttls"\n'
    entry = account(editor, text)
    with pytest.raises(MailferryError, match=said):
        editor.accept(entry, path, reason, until)
    assert entry.path.read_text() == text
    assert editor.undo() is None


@pytest.mark.parametrize("path", ["incoming.host", "outgoing.host", "incoming.port"])
def test_where_no_mail_program_can_be_used_there_is_nothing_to_stand_by(editor: Editor, path: str) -> None:
    entry = account(editor, 'address = "joe@hey.com"\n[incoming]\nport = 993\nsecurity = "none"\n')
    with pytest.raises(MailferryError, match="no mail program can be used with") as said:
        editor.accept(entry, path, "why")
    assert "HEY" in str(said.value)


def test_what_was_stood_by_there_by_hand_is_taken_out(editor: Editor) -> None:
    entry = account(editor, 'address = "joe@hey.com"\n[accepted."outgoing.host"]\nreason = "ours"\n')
    editor.withdraw(entry, "outgoing.host")
    assert entry.path.read_text() == 'address = "joe@hey.com"\n'


@pytest.mark.parametrize("verb", ["accept", "withdraw"])
def test_a_file_that_cannot_be_read_is_left_alone(editor: Editor, verb: str) -> None:
    entry = account(editor, f"{MUM}prot = 1\n")
    reason = ("the hotel",) if verb == "accept" else ()
    with pytest.raises(MailferryError) as refused:
        getattr(editor, verb)(entry, "incoming.port", *reason)
    assert refused.value.problems[0].line == 9


@pytest.mark.parametrize(
    ("path", "said"),
    [("incoming.port", "incoming.port is not accepted in mum.toml"), ("incoming.prot", "did you mean")],
)
def test_what_is_not_accepted_cannot_be_withdrawn(editor: Editor, path: str, said: str) -> None:
    with pytest.raises(MailferryError, match=said):
        editor.withdraw(account(editor, MUM), path)


@pytest.mark.parametrize(
    "stated",
    [
        '[accepted."incoming.port"]\nreason = "x"\n',
        '[accepted]\n"incoming.port" = { reason = "x", value = 143 }\n',
        '[accepted]\n"incoming.port".reason = "x"\n',
    ],
)
def test_an_acceptance_in_any_spelling_is_withdrawn(editor: Editor, stated: str) -> None:
    other = '\n[accepted."incoming.security"] # mine\nreason = "y"\n'
    if stated.startswith("[accepted]"):
        other = '"incoming.security".reason = "y" # mine\n'
    entry = account(editor, MUM + stated + other)
    editor.withdraw(entry, "incoming.port")
    after = editor.workspace.find("mum").value
    assert after is not None
    assert list(after.accepted) == ["incoming.security"]
    assert "# mine" in entry.path.read_text()
    assert entry.path.read_text().startswith(MUM.rstrip("\n"))


def test_a_slip_of_a_host_says_what_it_opens_and_is_confirmed(editor: Editor) -> None:
    entry = account(editor, SLIP)
    assert entry.value is not None
    opens = what_it_opens(editor.workspace, entry.value, "incoming.host")
    assert opens is not None
    assert "imap.mail.me.co looks like a typing slip of imap.mail.me.com" in opens
    assert "the password of joe@me.com is sent there" in opens
    assert what_it_opens(editor.workspace, entry.value, "outgoing.host") is None
    assert what_it_opens(editor.workspace, entry.value, "incoming.port") is None
    editor.accept(entry, "incoming.host", "our proxy", TODAY)
    assert 'value = "imap.mail.me.co"' in entry.path.read_text()
    entry = editor.workspace.find("mum")
    assert entry.value is not None
    assert editor.workspace.unconfirmed_slip(entry.value, "incoming") is None
    assert what_it_opens(editor.workspace, entry.value, "incoming.host") is None
    editor.withdraw(entry, "incoming.host")
    entry = editor.workspace.find("mum")
    assert entry.value is not None
    assert editor.workspace.unconfirmed_slip(entry.value, "incoming") == "imap.mail.me.com"
