"""What a tool can learn about the request that it runs for, and what it can ask of the host."""

import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol

from .sessions import Visit

_LOGGER = logging.getLogger("snakepit_bridge.tool")

_LONGEST_MESSAGE = 200


class Request(Protocol):
    """What a context reads of its request; a ticket in a worker."""

    @property
    def key(self) -> tuple[int, int, int]: ...

    @property
    def execute(self) -> Any: ...

    @property
    def started(self) -> int: ...

    @property
    def deadline(self) -> int: ...

    @property
    def cancelled(self) -> bool: ...


ReportProgress = Callable[[Request, float | None, str], None]


class ToolContext:
    """The request that a tool runs for.

    A tool that has a parameter annotated with ``ToolContext``, or one named ``context`` without an annotation, gets it there; everywhere
    else ``current_context()`` returns it. There is one context per request. It is valid until the tool returns, or until the last item
    of a stream; do not keep it longer. All members may be used from any thread that the tool starts.
    """

    __slots__ = ("_request", "_visit", "_report_progress", "_ask_for_recycle")

    def __init__(
        self, request: Request, visit: Visit | None, report_progress: ReportProgress, ask_for_recycle: Callable[[str], None]
    ) -> None:
        self._request = request
        self._visit = visit
        self._report_progress = report_progress
        self._ask_for_recycle = ask_for_recycle

    @property
    def request_id(self) -> int:
        """Number of the request, unique in this worker. Log records of a tool carry it."""
        return self._request.key[1]

    @property
    def attempt(self) -> int:
        """1 for the first attempt; higher when the request was repeated because the outcome of the last attempt is not known."""
        return self._request.key[2]

    @property
    def session_id(self) -> str:
        """The session that the request belongs to, as the caller named it; empty when it belongs to none."""
        return str(self._request.execute.session_id)

    @property
    def session_moved(self) -> str:
        """Why state that the tool keeps in this process for the session may be missing or old; empty when it is up to date.

        ``"new"``: this worker has not seen the session. ``"busy"``: the worker that had the session takes no call now.
        ``"recycled"``: that worker was replaced. ``"worker_exited"``: that worker ended unexpectedly.

        All questions of one call get the same answer. It is repeated to later calls until a call that has asked returns without an
        error: a call that fails while it rebuilds its state does not use up the answer. Always empty without a session.
        """
        return self._visit.moved() if self._visit is not None else ""

    @property
    def correlation_id(self) -> str:
        """Text by which the caller finds this call in logs; empty when the caller gave none."""
        return str(self._request.execute.correlation_id)

    @property
    def traceparent(self) -> str:
        """W3C trace context of the caller (``00-<trace id>-<span id>-<flags>``); empty when the caller does not trace."""
        return str(self._request.execute.traceparent)

    @property
    def metadata(self) -> Mapping[str, str]:
        """Texts that the caller sends beside the arguments, by name; read-only, and empty when the caller sends none.

        Over HTTP they are the headers ``Snakepit-Meta-<name>``; names come in lower case then.
        """
        return MappingProxyType(dict(self._request.execute.metadata))

    @property
    def attachments(self) -> Mapping[str, bytes]:
        """The binary arguments of the call by name, read-only. Tools also get them as arguments of the same names."""
        return MappingProxyType({item.name: item.inline for item in self._request.execute.attachments})

    @property
    def cancelled(self) -> bool:
        """True once the caller gave up, the deadline passed or the worker is told to stop.

        ``RequestCancelled`` is raised in the tool soon after, where an exception can be raised. Code that blocks in C, or a thread that the
        tool has started, asks this from time to time.
        """
        return self._request.cancelled

    def remaining(self) -> float | None:
        """Seconds until the deadline of the call, on the monotonic clock; 0.0 when it has passed, None when there is no deadline."""
        deadline = self._request.deadline
        return max(0.0, (deadline - time.monotonic_ns()) / 1e9) if deadline else None

    @property
    def log(self) -> "logging.LoggerAdapter[logging.Logger]":
        """A logger whose records carry the request's id and its trace, also from threads that the tool has started."""
        return logging.LoggerAdapter(
            _LOGGER,
            {"request_id": self.request_id, "traceparent": self.traceparent, "correlation_id": self.correlation_id},
        )

    def progress(self, fraction: float | None = None, message: str | None = None) -> None:
        """Tells the caller how far the request is, and the silo that this worker lives.

        ``fraction`` is the part that is done, from 0 to 1; a number outside of that counts as the nearer end, and "not a number" as None.
        ``message`` is for people; characters beyond 200 are cut off. Callers see it while the call runs, if they ask for it
        (``ToolCallOptions.Progress``). At most ten reports a second leave the worker, the latest always does; a report just before the end
        may come too late. While reports arrive, unanswered heartbeats are not counted. No time limit is extended. Returns at once.
        """
        if fraction is not None:
            fraction = min(1.0, max(0.0, float(fraction))) if fraction == fraction else None
        self._report_progress(self._request, fraction, "" if message is None else str(message)[:_LONGEST_MESSAGE])

    def request_recycle(self, reason: str) -> None:
        """Asks the host to replace this worker once no request runs in it, for example because a library leaked memory.

        ``reason`` is for people and shown with the recycle. The running request goes on and its answer counts. Returns at once.
        """
        self._ask_for_recycle(reason)


_current: ContextVar[ToolContext | None] = ContextVar("snakepit_context", default=None)

set_context: Any = _current.set  # bound once: every request calls it


def running_context() -> ToolContext | None:
    return _current.get()


def current_context() -> ToolContext:
    """The context of the request that runs here.

    Raises ``LookupError`` outside of a running tool, and in a thread that a tool has started without a copy of its ``contextvars`` context
    (``asyncio.to_thread`` takes one along).
    """
    context = _current.get()
    if context is None:
        raise LookupError("There is no request here: current_context() works inside a running tool only.")
    return context
