# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Requests to servers with rate limits, retries after errors, and the pauses that servers request."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from urllib3.util import Retry

from venloc._core import version
from venloc.errors import CancelledError, InvalidArgumentError, SourceError

_Value = TypeVar("_Value")

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_REDIRECTIONS = 5
_PIECE = 1 << 16  # [bytes] read at once
_TRIES_OF_NO_SERVER = 3  # names of servers may fail to be found for a moment
_MOST_DIGITS = 15  # of a number of bytes
_WARNED_S = 2.0  # pauses from which on there is a warning


class TryAgain(Exception):  # noqa: N818 - no error, as the next attempt may succeed
    """A reply after which the same request may succeed later; `wait_s` is the pause that it requests, if any."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class TooLargeError(SourceError):
    """A reply with more bytes than the limit."""


class NoAddressError(SourceError):
    """An address that is not a valid web address."""


@dataclass(frozen=True)
class NetworkOptions:
    """How requests are made. Raises InvalidArgumentError for values out of range."""

    per_second: float = 1.0
    """Maximum requests per second."""
    attempts: int = 8
    """Maximum number of attempts for a request."""
    first_wait_s: float = 1.0
    """Pause after the first error; it is doubled after each further error."""
    longest_wait_s: float = 300.0
    """Maximum pause. When a server requests a longer one, the request fails."""
    timeout_s: float = 30.0
    """Maximum time without receiving a byte."""
    longest_reply_s: float = 600.0
    """Maximum time to receive the body of a reply."""
    max_bytes: int = 100_000_000
    """Maximum size of a reply."""
    contact: str = ""
    """Contact address of the user, which is sent to the servers; Wikimedia requires one."""

    def __post_init__(self) -> None:
        for name in ("per_second", "attempts", "longest_wait_s", "timeout_s", "longest_reply_s", "max_bytes"):
            if not getattr(self, name) > 0:
                raise InvalidArgumentError(f"{name} must be above 0, got {getattr(self, name)}")
        if not (self.contact.isascii() and (self.contact == "" or self.contact.isprintable())):
            raise InvalidArgumentError("contact must be plain ASCII text, such as an e-mail address")
        if self.first_wait_s < 0:
            raise InvalidArgumentError(f"first_wait_s must be 0 or more, got {self.first_wait_s}")


class Network:
    """Requests to servers, from any number of threads."""

    def __init__(self, options: NetworkOptions | None = None, warn: Callable[[str], None] | None = None) -> None:
        """`warn` is called with a message, from any thread, before each longer pause (a few seconds or more) after an error."""
        self.options = options or NetworkOptions()
        self._warn = warn or (lambda message: None)
        self._pool = urllib3.PoolManager(maxsize=32)
        self._random = random.Random(0)
        self._lock = threading.Lock()
        self._free_at = 0.0  # when the next request may begin
        contact = f" ({self.options.contact})" if self.options.contact else ""
        self._agent = f"venloc/{version()}{contact}"

    def json(
        self,
        address: str,
        fields: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        form: bool = False,
        check: Callable[[Any], None] = lambda reply: None,
        refused: Callable[[int, Any], None] = lambda status, reply: None,
    ) -> Any:
        """Sends these fields and returns the JSON of the reply.

        The fields are sent in the address or, with `form`, in the body of the request. Addresses may be logged by servers, so
        send keys in the body or in headers. Redirections are not followed, so that no other server receives a key. `check`
        inspects the reply and may raise TryAgain. `refused` does the same for a JSON reply whose status is not 200, before the
        status is evaluated. Raises SourceError.
        """

        def refuse(reply: Any) -> None:
            try:
                value = json.loads(b"".join(self._pieces(reply)))
            except (ValueError, RecursionError):
                return
            refused(reply.status, value)

        def attempt() -> Any:
            sent = {"body": urlencode(fields)} if form else {"fields": dict(fields)}
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            method = "POST" if form else "GET"
            given = {**kind, **(headers or {})}
            with self._opened(method, address, given, refused=refuse, **sent) as reply:
                data = b"".join(self._pieces(reply))
            try:
                value = json.loads(data)
            except (ValueError, RecursionError):
                raise TryAgain(f"the reply is not JSON: {data[:40]!r}") from None
            check(value)
            return value

        return self._repeated(attempt, address)

    def download(
        self, address: str, take: Callable[[Iterator[bytes], str], _Value], stopped: threading.Event | None = None
    ) -> _Value:
        """Downloads an address. Returns the result of `take` for the bytes and for the final address after redirections.

        `take` is called again for each attempt and may raise TryAgain. Raises SourceError, and CancelledError when `stopped`
        is set.
        """

        def fetch() -> _Value:
            where = address
            for _ in range(_REDIRECTIONS + 1):
                with self._opened("GET", where, {}, stopped, follows=True) as reply:
                    if reply.status == 200:
                        return take(self._pieces(reply), where)
                    status, where = reply.status, _moved(where, reply)
            raise SourceError(f"{_place(address)} redirects too often: check the address", status=status)

        return self._repeated(fetch, address, stopped)

    @contextmanager
    def _opened(
        self,
        method: str,
        address: str,
        headers: dict[str, str],
        stopped: threading.Event | None = None,
        refused: Callable[[Any], None] = lambda reply: None,
        follows: bool = False,
        **sent: Any,
    ) -> Iterator[Any]:
        """A reply with status 200, or a redirection if the caller follows redirections."""
        self._wait_for_turn(stopped)
        try:
            reply = self._pool.request(
                method,
                address,
                headers={"User-Agent": self._agent, "Accept-Encoding": "gzip", **headers},
                timeout=urllib3.Timeout(self.options.timeout_s),
                retries=False,
                redirect=False,
                preload_content=False,
                **sent,
            )
        except ValueError:  # which those of urllib3 about addresses are
            raise NoAddressError(f"{_place(address)} is not a valid address") from None
        try:
            moved = reply.status in _MOVED and "Location" in reply.headers
            if moved and follows:
                yield reply
                return
            if reply.status != 200:
                refused(reply)
            if moved:
                where = _place(_moved(address, reply))
                raise SourceError(
                    f"{_place(address)} redirects to {where}: update venloc, or use that address", status=reply.status
                )
            if reply.status in _AGAIN:
                raise TryAgain(f"status {reply.status}", _retry_after(reply.headers.get("Retry-After")))
            if reply.status != 200:
                raise SourceError(f"{_place(address)} answers with status {reply.status}", status=reply.status)
            yield reply
        finally:
            reply.close()  # what was not read to its end cannot be used again
            reply.release_conn()

    def _pieces(self, reply: Any) -> Iterator[bytes]:
        """All bytes of a reply, in pieces.

        Raises TooLargeError before more bytes than the limit are read, and TryAgain when the reply is too slow.
        """
        size = 0
        deadline = time.monotonic() + self.options.longest_reply_s
        announced = reply.headers.get("Content-Length", "")
        if announced.isdecimal() and (len(announced) > _MOST_DIGITS or int(announced) > self.options.max_bytes):
            raise TooLargeError(f"the reply has more than {self.options.max_bytes} bytes")
        # What is there, as a server may send a byte now and then.
        while piece := reply.read1(_PIECE):
            size += len(piece)
            if time.monotonic() > deadline:
                raise TryAgain("the reply is too slow")
            if size > self.options.max_bytes:
                raise TooLargeError(f"the reply has more than {self.options.max_bytes} bytes")
            yield piece

    def _wait_for_turn(self, stopped: threading.Event | None) -> None:
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._free_at)
            self._free_at = begin + 1 / self.options.per_second
        if begin > now:
            _sleep(begin - now, stopped)

    def _repeated(self, attempt: Callable[[], _Value], address: str, stopped: threading.Event | None = None) -> _Value:
        reason = ""
        most = self.options.attempts
        number = 0
        while True:
            try:
                return attempt()
            except TryAgain as again:
                reason, wait_s = str(again), again.wait_s
            except urllib3.exceptions.HTTPError as error:
                if isinstance(error, urllib3.exceptions.NameResolutionError):
                    most = min(most, _TRIES_OF_NO_SERVER)
                # Its text has the address, in which there may be a key.
                reason, wait_s = _words(error), None
            if wait_s is not None and wait_s > self.options.longest_wait_s:
                raise SourceError(
                    f"{_place(address)} requests a pause of {wait_s:.0f} s: run the command again after it"
                )
            if number + 1 >= most:
                raise SourceError(
                    f"{_place(address)} did not respond in {number + 1} attempts ({reason}): run the command again later"
                )
            self._pause(number, wait_s, stopped, f"{_place(address)}: {reason}")
            number += 1

    def _pause(self, number: int, wait_s: float | None, stopped: threading.Event | None, why: str) -> None:
        """The pause between attempts: the time that the server requests, else an exponential backoff with jitter."""
        if wait_s is None:
            with self._lock:
                share = self._random.uniform(0.5, 1.0)
            wait_s = min(self.options.longest_wait_s, self.options.first_wait_s * 2.0**number) * share
        if wait_s >= _WARNED_S:
            self._warn(f"{why}; next attempt in {wait_s:.0f} s ({number + 2} of {self.options.attempts})")
        _sleep(wait_s, stopped)


def _sleep(seconds: float, stopped: threading.Event | None) -> None:
    if stopped is None:
        time.sleep(seconds)
    elif stopped.wait(seconds):
        raise CancelledError("stopped while waiting for a server")


def _retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return float(Retry().parse_retry_after(value))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def is_of_web(address: str) -> bool:
    """Whether the address is a web address, not one of this computer."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _moved(address: str, reply: Any) -> str:
    """The target of a redirection. Raises NoAddressError when it is not a web address."""
    try:
        where: str = urljoin(address, reply.headers["Location"])
    except ValueError:
        where = ""
    if is_of_web(where):
        return where
    raise NoAddressError(f"{_place(address)} redirects to an invalid address")


def _place(address: str) -> str:
    """The address without user name, password and query, which may be secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "the address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _words(error: Exception) -> str:
    return {
        "ProtocolError": "the connection was lost",
        "IncompleteRead": "the connection was lost",
        "NewConnectionError": "no connection",
        "NameResolutionError": "the server name cannot be resolved",
        "ConnectTimeoutError": "timeout of the connection",
        "ReadTimeoutError": "timeout of the reply",
        "DecodeError": "the compressed reply is damaged",
        "SSLError": "no secure connection",
    }.get(type(error).__name__, type(error).__name__)
