"""What adapter authors derive from and mark their tools with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

_F = TypeVar("_F", bound=Callable[..., Any])

MARK = "__snakepit_tool__"


class BaseAdapter:
    """Base of adapters; deriving from it is convenient, not required.

    One instance per worker, constructed without arguments before the worker is ready: load models there.
    All tools run on the main thread unless the pool asks for several threads, which needs ``__thread_safe__ = True``.

    A tool whose time is over is stopped by an exception, ``RequestCancelled``, between any two of its steps. Take locks and
    open resources by ``with`` alone: between ``lock.acquire()`` and a ``try`` behind it the exception leaves the lock taken.
    On the main thread it comes by way of SIGUSR1. An adapter that needs SIGUSR1 sets its handler while it is imported or
    constructed; then another signal is used. A handler that is set later replaces ours, and such tools are killed instead.
    """

    def initialize(self) -> Any:
        """Runs before each request when overridden; may be ``async def``."""

    def cleanup(self) -> Any:
        """Runs after each request when overridden, also when the tool raised; may be ``async def``."""

    def end_session(self, session_id: str, reason: str) -> Any:
        """Runs before ``shutdown`` for every session that had a call here, when the worker is replaced or stopped.

        May be ``async def``. ``reason`` is for people. What serves the session next is already at work.
        All of them together have 1.5 s: then the one that runs is interrupted with ``RequestCancelled`` (a coroutine is
        cancelled), the rest are not told, and ``shutdown`` runs. C code that blocks is not interrupted; it may take the
        time that ``shutdown`` needs, of which the worker has 5 s for all.
        """

    def shutdown(self) -> Any:
        """Runs once when the worker ends gracefully; may be ``async def``."""


@dataclass(frozen=True)
class ToolMark:
    name: str | None
    description: str | None
    supports_streaming: bool
    idempotent: bool


@overload
def tool(function: _F, /) -> _F: ...


@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    supports_streaming: bool = False,
    idempotent: bool = False,
) -> Callable[[_F], _F]: ...


def tool(
    function: _F | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    supports_streaming: bool = False,
    idempotent: bool = False,
) -> _F | Callable[[_F], _F]:
    """Marks a method or module function as callable from outside, bare or with details.

    ``idempotent`` allows the caller to repeat a call whose outcome it does not know.
    """
    mark = ToolMark(name, description, supports_streaming, idempotent)

    def put(target: _F) -> _F:
        setattr(target, MARK, mark)
        return target

    return put if function is None else put(function)
