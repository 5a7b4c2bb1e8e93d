"""What adapter authors derive from, and how they mark their tools."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

_F = TypeVar("_F", bound=Callable[..., Any])

MARK = "__snakepit_tool__"
METADATA = "_tool_metadata"


class BaseAdapter:
    """Base of adapters. Deriving from it is convenient, not required: any class with tools is an adapter, and so is a module.

    A worker constructs the adapter once, without arguments, before it is ready: load models in ``__init__``. Its methods that carry
    ``@tool`` are the tools. An ``execute_tool(self, name, arguments, context)`` takes the calls of every other name.

    Threads: all tools and hooks run on the main thread, one at a time, so an adapter needs no lock. ``async`` tools take turns on one event
    loop there. A pool with ``WorkerProfile`` ``thread`` calls plain tools, and the hooks around them, from several threads at once. The
    class (or module) must allow it with ``__thread_safe__ = True``, else the worker does not start. A tool that is ``thread_sensitive``
    still runs on one thread, one call at a time.

    Cancelling: when the caller gives up or the deadline passes, ``RequestCancelled`` is raised inside the tool, between any two of its
    steps. Take locks and open resources by ``with``: between ``lock.acquire()`` and the ``try`` after it the exception would leave the
    lock taken. On the main thread the exception is raised by SIGUSR1. An adapter that needs SIGUSR1 itself sets its handler while it is
    imported or constructed; the worker then uses another signal. A handler that is set later replaces the worker's, and tools can only
    be stopped by killing the worker.
    """

    def initialize(self) -> Any:
        """Runs before each request when overridden. May be ``async def``. An exception fails the request as if the tool had raised it."""

    def cleanup(self) -> Any:
        """Runs after each request when overridden, also when the tool raised. May be ``async def``.

        An exception is logged; the request's answer stands.
        """

    def end_session(self, session_id: str, reason: str) -> Any:
        """Runs for every session that had a call here, when the worker is replaced or stopped, before ``shutdown``. May be ``async def``.

        ``reason`` is for people. The worker that serves the session next may already be at work, so nothing can be handed to it here.
        All these calls share 1.5 s. When they are over, the call that runs is interrupted with ``RequestCancelled`` (a coroutine is
        cancelled), the remaining sessions are skipped with a warning in the log, and ``shutdown`` runs. C code that blocks cannot be
        interrupted: it takes time away from ``shutdown``. The worker has 5 s for its whole end.
        """

    def shutdown(self) -> Any:
        """Runs once, on the main thread, when the worker ends gracefully. May be ``async def``.

        The worker has 5 s from the request to stop until it is gone, including requests that still run and ``end_session``. It is not
        called when the worker is killed or its silo is gone.
        """


@dataclass(frozen=True)
class ToolMark:
    """What ``@tool`` writes on a function."""

    name: str | None
    description: str | None
    supports_streaming: bool
    idempotent: bool
    thread_sensitive: bool = False


@dataclass
class ToolMetadata:
    """What ``@tool`` writes on a function for code of the Elixir system's adapters that looks for ``_tool_metadata``."""

    description: str = ""
    supports_streaming: bool = False
    parameters: list[dict[str, Any]] = field(default_factory=list)
    required_variables: list[str] = field(default_factory=list)


@overload
def tool(function: _F, /) -> _F: ...


@overload
def tool(
    text: str | None = None,
    /,
    supports_streaming: bool = False,
    required_variables: Sequence[str] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    idempotent: bool = False,
    thread_sensitive: bool = False,
) -> Callable[[_F], _F]: ...


def tool(
    first: _F | str | None = None,
    /,
    supports_streaming: bool = False,
    required_variables: Sequence[str] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    idempotent: bool = False,
    thread_sensitive: bool = False,
) -> _F | Callable[[_F], _F]:
    """Marks a method or module-level function as a tool. Used bare (``@tool``) or with details (``@tool(idempotent=True)``).

    ``name``: what callers call; default: the name of the function. Two tools of one adapter must not share a name.
    ``description``: shown to callers; default: the first paragraph of the docstring. ``@tool("Adds numbers.")`` says the same.
    ``supports_streaming``: shown to callers. A generator function streams in any case: each item it yields is one chunk.
    ``idempotent``: allows a client to repeat a call whose outcome it does not know, for example because a worker was killed.
    ``required_variables``: kept in ``_tool_metadata`` for adapters of the Elixir system; neither system checks it.
    ``thread_sensitive``: all calls of all such tools of the worker run on one thread, one after the other, also in a pool with
    ``WorkerProfile`` ``thread``; for libraries that may be used from one thread only. That is the main thread, unless the adapter has
    ``async`` tools, whose event loop has the main thread there. On an ``async`` tool it changes nothing: those share one thread anyway.

    Arguments arrive by name, decoded from JSON: dict, list, str, int, float, bool or None. Binary arguments arrive as ``bytes``. A call
    with missing or unexpected names is rejected before the tool runs. A parameter that is annotated with ``ToolContext``, or named
    ``context`` without an annotation, is filled by the worker. The result may hold everything that JSON has, besides ``bytes``,
    dataclasses, enums, dates, ``Decimal``, ``UUID``, paths, sets, numpy-like arrays and objects with ``model_dump()``, ``to_dict()`` or
    ``_asdict()``. NaN and infinity are an error.

    The function itself stays as it is, so tests can call it directly.
    """
    text = first if isinstance(first, str) else None
    if text is not None and description is not None:
        raise TypeError("tool() got its description twice: as the first argument and as description=. Keep one.")
    mark = ToolMark(name, text if description is None else description, supports_streaming, idempotent, thread_sensitive)

    def put(target: _F) -> _F:
        said = target.__doc__ if mark.description is None else mark.description
        setattr(target, MARK, mark)
        setattr(target, METADATA, ToolMetadata(said or "", supports_streaming, [], list(required_variables or ())))
        return target

    return put if first is None or isinstance(first, str) else put(first)
