# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Considerate requests to servers: rate limits, retries after a fault, and the pauses that servers request."""

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
    """A reply after which the same request may succeed later, after so many seconds where it gives a time."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class TooLargeError(SourceError):
    """A reply of more bytes than are taken."""


class NoAddressError(SourceError):
    """An address that no server can have."""


@dataclass(frozen=True)
class NetworkOptions:
    """How requests are made. Raises InvalidArgumentError for values out of range."""

    per_second: float = 1.0
    """Maximum requests a second."""
    attempts: int = 8
    """Of a request, before it is given up."""
    first_wait_s: float = 1.0
    """After the first fault; doubled after each."""
    longest_wait_s: float = 300.0
    """Where a server requests a longer pause, the request is given up."""
    timeout_s: float = 30.0
    """Without a byte."""
    longest_reply_s: float = 600.0
    """Of the body of one reply."""
    max_bytes: int = 100_000_000
    """Of one reply."""
    contact: str = ""
    """Contact address of the person who collects; Wikimedia requires one."""

    def __post_init__(self) -> None:
        for name in ("per_second", "attempts", "longest_wait_s", "timeout_s", "longest_reply_s", "max_bytes"):
            if not getattr(self, name) > 0:
                raise InvalidArgumentError(f"{name} must be above 0, got {getattr(self, name)}")
        if not (self.contact.isascii() and (self.contact == "" or self.contact.isprintable())):
            raise InvalidArgumentError("contact must be plain letters, such as an address of electronic mail")
        if self.first_wait_s < 0:
            raise InvalidArgumentError(f"first_wait_s must be 0 or more, got {self.first_wait_s}")


class Network:
    """Requests to servers, from any number of threads."""

    def __init__(self, options: NetworkOptions | None = None, warn: Callable[[str], None] | None = None) -> None:
        """`warn` is called with a sentence, from any thread, before each pause of a few seconds or more after a fault."""
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
        """What the server answers to these fields in JSON.

        They are a part of the address or, as a form, of the request's body, which is not written down on the way: send keys
        by that, or in headers. Redirections are not followed, so that no other server gets a key. `check` inspects the reply
        and may raise TryAgain; so does `refused` at one in JSON whose status is not 200, before the status alone decides. Raises
        SourceError.
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
                raise TryAgain(f"no JSON, but {data[:40]!r}") from None
            check(value)
            return value

        return self._repeated(attempt, address)

    def download(
        self, address: str, take: Callable[[Iterator[bytes], str], _Value], stopped: threading.Event | None = None
    ) -> _Value:
        """What `take` makes of the bytes at the address, and of the address that redirections led to.

        It is called again at each attempt, and may raise TryAgain. Raises SourceError, CancelledError once `stopped` is set.
        """

        def fetch() -> _Value:
            where = address
            for _ in range(_REDIRECTIONS + 1):
                with self._opened("GET", where, {}, stopped, follows=True) as reply:
                    if reply.status == 200:
                        return take(self._pieces(reply), where)
                    status, where = reply.status, _moved(where, reply)
            raise SourceError(f"{_place(address)} redirects too often", status=status)

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
        """A reply of status 200, or where the caller follows them, a redirection."""
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
            raise NoAddressError(f"{_place(address)} is not an address") from None
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
                    f"{_place(address)} redirects to {where}: update venloc, or name it", status=reply.status
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
        """The bytes of a reply, all that it announced.

        Raises TooLargeError before it takes in more than there may be, TryAgain for one that comes too slowly.
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
                raise TryAgain("the reply comes too slowly")
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
                raise SourceError(f"{_place(address)} requests a pause of {wait_s:.0f} s: continue after it")
            if number + 1 >= most:
                raise SourceError(
                    f"{_place(address)} did not answer in {number + 1} attempts ({reason}): continue later"
                )
            self._pause(number, wait_s, stopped, f"{_place(address)}: {reason}")
            number += 1

    def _pause(self, number: int, wait_s: float | None, stopped: threading.Event | None, why: str) -> None:
        """Between attempts: as long as the server requests, else twice as long each time, more or less."""
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
        raise CancelledError("stopped while it waited for a server")


def _retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return float(Retry().parse_retry_after(value))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def is_of_web(address: str) -> bool:
    """Whether the address is one of a server, and not of something on this computer."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _moved(address: str, reply: Any) -> str:
    """Where a redirection leads. Raises NoAddressError where that is nowhere on the web."""
    try:
        where: str = urljoin(address, reply.headers["Location"])
    except ValueError:
        where = ""
    if is_of_web(where):
        return where
    raise NoAddressError(f"{_place(address)} redirects to what is not an address")


def _place(address: str) -> str:
    """The address without user name, password and query, which may be secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "the address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _words(error: Exception) -> str:
    return {
        "ProtocolError": "the connection broke off",
        "IncompleteRead": "the connection broke off",
        "NewConnectionError": "no connection",
        "NameResolutionError": "there is no such server",
        "ConnectTimeoutError": "no connection in time",
        "ReadTimeoutError": "no answer in time",
        "DecodeError": "damaged compression",
        "SSLError": "no secure connection",
    }.get(type(error).__name__, type(error).__name__)
