"""Hands letters to the operator's mail server, several over one connection; its answers tell what became of each.

Until the letter itself has been sent nothing can have been accepted; after that a broken line leaves it in doubt.
"""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from weiting.channels.ports import Action, InDoubt, Refused, TryLater
from weiting.fanout.postmen import Gone

# Seconds after which an unused connection is not used again: servers hang up by themselves.
IDLE = 8.0
# So many letters go over one connection: servers like to see the end of it.
MOST_LETTERS = 100
# So many connections at once: servers count them.
MOST_LINES = 4
UNREACHED, BUSY = 30.0, 60.0
# What a server says of its own rules, not of the address: relaying refused, reputation, content.
POLICY = b"5.7."


class _Line:
    """One open connection."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend, self.letters, self.used_at = backend, 0, time.monotonic()

    @property
    def is_fresh(self) -> bool:
        return self.letters < MOST_LETTERS and time.monotonic() - self.used_at < IDLE

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.backend.close()


class PostOffice:
    """Open connections to the mail server, shared among threads; each carries one letter at a time."""

    def __init__(self) -> None:
        self._free: list[_Line] = []
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST_LINES)

    def send(self, letter: EmailMultiAlternatives) -> None:
        """Hand over one letter. Raises TryLater, Refused, Gone or InDoubt."""
        with self._room, self._line() as line:
            server = getattr(line.backend, "connection", None)
            if isinstance(line.backend, EmailBackend) and isinstance(server, smtplib.SMTP):
                _hand_over(server, letter)
            else:
                _put_down(line.backend, letter)

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._lock:
            lines, self._free = self._free, []
        for each in lines:
            each.close()

    @contextmanager
    def _line(self) -> Iterator[_Line]:
        line = self._taken() or _opened()
        try:
            yield line
        except (Refused, TryLater) as error:
            if isinstance(error, TryLater) and error.whole_account:
                line.close()
            else:
                self._give_back(line)
            raise
        except BaseException:
            line.close()
            raise
        else:
            self._give_back(line)

    def _taken(self) -> _Line | None:
        with self._lock:
            while self._free:
                line = self._free.pop()
                if line.is_fresh:
                    return line
                line.close()
        return None

    def _give_back(self, line: _Line) -> None:
        line.letters, line.used_at = line.letters + 1, time.monotonic()
        with self._lock:
            self._free.append(line)


def _opened() -> _Line:
    backend = get_connection()
    try:
        backend.open()
    except smtplib.SMTPAuthenticationError as error:
        raise TryLater(UNREACHED * 10, _said(error), whole_account=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(UNREACHED, _said(error), whole_account=True) from error
    return _Line(backend)


def _put_down(backend: BaseEmailBackend, letter: EmailMultiAlternatives) -> None:
    """Give a letter to a backend that does not speak with a server: a folder, or the memory of a test."""
    try:
        backend.send_messages([letter])
    except OSError as error:
        raise TryLater(UNREACHED, _said(error), whole_account=True) from error


def _hand_over(server: smtplib.SMTP, letter: EmailMultiAlternatives) -> None:
    said = letter.message().as_bytes(linesep="\r\n")
    encoding = letter.encoding or "utf-8"
    try:
        _envelope(
            server, sanitize_address(letter.from_email, encoding), sanitize_address(letter.to[0], encoding)
        )
        server.putcmd("data")
        code, words = server.getreply()
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise TryLater(UNREACHED, _said(error), whole_account=True) from error
    if code != 354:
        raise _refusal(code, words, whole=True)
    try:
        # Its own last line is added, and lines that begin with a dot are made safe, as smtplib does it.
        server.send(smtplib._quote_periods(said) + b".\r\n")  # type: ignore[attr-defined]
        code, words = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise InDoubt(_said(error)) from error
    if code != 250:
        raise _refusal(code, words)


def _envelope(server: smtplib.SMTP, sender: str, to: str) -> None:
    if server.helo_resp is None and server.ehlo_resp is None:
        server.ehlo_or_helo_if_needed()
    code, words = server.rset()
    if code == 250:
        code, words = server.mail(sender)
    if code != 250:
        raise _refusal(code, words, whole=True)
    code, words = server.rcpt(to)
    if code not in {250, 251}:
        raise _of_address(code, words)


def _of_address(code: int, words: bytes) -> Exception:
    if code < 500 or POLICY in words:
        return _refusal(code, words, whole=code == 421)
    return Gone(f"{code} {_text(words)}")


def _refusal(code: int, words: bytes, *, whole: bool = False) -> Exception:
    if code < 500:
        return TryLater(BUSY, f"{code} {_text(words)}", whole_account=whole or code == 421)
    return Refused(str(code), Action.SETTINGS, _text(words), whole_account=False)


def _text(words: bytes) -> str:
    return words.decode("utf-8", "replace")[:150]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
