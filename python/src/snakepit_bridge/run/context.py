"""What a tool can learn about the request that it runs for."""

import logging
import time
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sessions import OpenSessions
    from .tickets import Ticket

_LOGGER = logging.getLogger("snakepit_bridge.tool")


class ToolContext:
    """One per request; only valid while the request runs."""

    __slots__ = ("_ticket", "_sessions", "_count_progress", "_ask_for_recycle")

    def __init__(
        self,
        ticket: "Ticket",
        sessions: "OpenSessions",
        count_progress: "Callable[[], None]",
        ask_for_recycle: "Callable[[str], None]",
    ) -> None:
        self._ticket = ticket
        self._sessions = sessions
        self._count_progress = count_progress
        self._ask_for_recycle = ask_for_recycle

    @property
    def request_id(self) -> int:
        return self._ticket.key[1]

    @property
    def attempt(self) -> int:
        """Counted by the host; above 1 when the request was repeated."""
        return self._ticket.key[2]

    @property
    def session_id(self) -> str:
        """Empty when the request belongs to no session."""
        return str(self._ticket.execute.session_id)

    @property
    def session_moved(self) -> str:
        """Why the session was elsewhere before, so that what is kept here for it is missing or old.

        "new": the session is not known; "busy": the worker that had it takes no call now; "recycled": that worker was
        replaced; "worker_exited": it is gone. Said until a call that asked for it has succeeded here; empty after that,
        and without a session.
        """
        return self._sessions.read(self._ticket) if self._ticket.execute.session_id else ""

    @property
    def correlation_id(self) -> str:
        return str(self._ticket.execute.correlation_id)

    @property
    def traceparent(self) -> str:
        """W3C trace context of the caller, empty when there is none."""
        return str(self._ticket.execute.traceparent)

    @property
    def metadata(self) -> Mapping[str, str]:
        return MappingProxyType(dict(self._ticket.execute.metadata))

    @property
    def attachments(self) -> Mapping[str, bytes]:
        return MappingProxyType({item.name: item.inline for item in self._ticket.execute.attachments})

    @property
    def cancelled(self) -> bool:
        """True once the caller gave up. An exception follows where one can be raised."""
        return self._ticket.cancelled

    def remaining(self) -> float | None:
        """Seconds until the deadline, never below 0; None when there is no limit."""
        deadline = self._ticket.deadline
        return max(0.0, (deadline - time.monotonic_ns()) / 1e9) if deadline else None

    @property
    def log(self) -> "logging.LoggerAdapter[logging.Logger]":
        return logging.LoggerAdapter(_LOGGER, {"request_id": self.request_id})

    def progress(self) -> None:
        """Tells the host that a long request still moves."""
        self._count_progress()

    def request_recycle(self, reason: str) -> None:
        """Asks the host to replace this worker once it is free, for example because a model leaked memory."""
        self._ask_for_recycle(reason)


_current: ContextVar[ToolContext | None] = ContextVar("snakepit_context", default=None)

set_context: Any = _current.set  # bound once; on the path of every request


def running_context() -> ToolContext | None:
    return _current.get()


def current_context() -> ToolContext:
    """The context of the request that runs here; LookupError outside of one."""
    context = _current.get()
    if context is None:
        raise LookupError("There is no request here: current_context() works inside a running tool only.")
    return context
