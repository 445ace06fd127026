"""Finding the test message by IMAP, and deleting it."""

from __future__ import annotations

from mailferry.checks.failure import StageFailure
from mailferry.checks.imap import ImapSession
from mailferry.checks.inbox import Found
from mailferry.checks.message import Message

_INBOX = "INBOX"
_NEWEST = 100
"""So many unique identifiers are searched: all headers of a full inbox may take a server minutes."""
_AT_MOST = 5
"""Messages looked at more closely; a server that names more cannot search."""
_JUNK_FLAG = b"\\junk"
_JUNK_NAMES = frozenset({"junk", "spam", "bulk", "bulk mail", "junk e-mail", "junk email", "junk mail"})
_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID SUBJECT)]"


class ImapInbox:
    """The inbox and the folder for junk mail of a session that is signed in (RFC 3501)."""

    def __init__(self, session: ImapSession) -> None:
        self._session = session
        self._connection = session.connection
        self._open: str | None = None
        self._first = 1

    def look(self, message: Message, *, junk: bool) -> Found | None:
        """Look for the message, also among junk mail if asked, and delete it, and it alone."""
        with self._session.faults("the inbox cannot be searched"):
            uids = self._search(_INBOX, message)
        if uids:
            return Found(left=self._delete(uids))
        return self._look_among_junk(message) if junk else None

    def _look_among_junk(self, message: Message) -> Found | None:
        try:
            for folder in self._junk_folders():
                with self._session.faults("the folder for junk mail cannot be searched"):
                    uids = self._search(folder, message)
                if uids:
                    return Found(junk=folder, left=self._delete(uids))
        except StageFailure as failure:
            if failure.cause != "unknown":
                raise
            # The server refused to open it, and the inbox is what matters.
        return None

    def _search(self, folder: str, message: Message) -> list[int]:
        """The message's unique identifiers in a folder; nearly always one or none."""
        if self._open == folder:
            self._connection.noop()
        else:
            self._open = None
            opened = self._connection.select_folder(folder)
            self._open = folder
            self._first = max(1, int(opened.get(b"UIDNEXT", 1)) - _NEWEST)
        found = self._connection.search(
            f'UID {self._first}:* OR HEADER MESSAGE-ID "{message.token}" SUBJECT "{message.token}"'
        )
        # What a search gives need not be true, and is about to be deleted.
        return [uid for uid in found[-_AT_MOST:] if message.is_in(self._header(uid))]

    def _header(self, uid: int) -> bytes:
        answer = self._connection.fetch([uid], [_FIELDS]).get(uid, {})
        return next((value for key, value in answer.items() if key.upper().startswith(b"BODY[")), b"") or b""

    def _delete(self, uids: list[int]) -> str | None:
        """Delete messages; gives the reason for which they are still there."""
        try:
            with self._session.faults("the server did not delete it"):
                self._connection.add_flags(uids, [b"\\Deleted"], silent=True)
                if b"UIDPLUS" in self._connection.capabilities():
                    self._connection.uid_expunge(uids)  # RFC 4315
                elif set(self._connection.search("DELETED")) <= set(uids):
                    self._connection.expunge()
                else:
                    return "marked as deleted, but still there: expunging would delete other messages too"
        except StageFailure as failure:
            if failure.cause == "cancelled":
                raise
            return failure.detail
        return None

    def _junk_folders(self) -> list[str]:
        """Those that the server says are for junk (RFC 6154), else those with a usual name."""
        with self._session.faults("the server does not list its folders"):
            folders = [
                (frozenset(flag.lower() for flag in flags), delimiter, str(name))
                for flags, delimiter, name in self._connection.list_folders()
            ]
        return [name for flags, _, name in folders if _JUNK_FLAG in flags][:1] or [
            name for _, delimiter, name in folders if _last_part(name, delimiter).lower() in _JUNK_NAMES
        ][:2]


def _last_part(name: str, delimiter: bytes | None) -> str:
    return name.rsplit(delimiter.decode("ascii", "replace"), 1)[-1] if delimiter else name
