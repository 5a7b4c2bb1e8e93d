"""The adapter's last hooks, on the main thread: end_session() for each session, for a limited time, then shutdown()."""

import asyncio
import contextlib
import inspect
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..codec import wire
from ..run.failures import formatted
from ..run.interrupt import Interrupter
from ..run.sessions import OpenSessions
from ..run.tickets import Ticket
from ..run.tools import Hooks

END_SECONDS = 1.5  # for all sessions together; shutdown() needs time too
_CANCEL_SECONDS = 0.2  # for a coroutine to end after its cancel, before it is interrupted like everything else

_LOG = logging.getLogger(__name__)


def leave(
    hooks: Hooks, sessions: OpenSessions, interrupter: Interrupter, loop: asyncio.AbstractEventLoop | None
) -> None:
    """Runs the hooks and closes the loop. What a hook raises is logged; nothing is raised."""
    last = _LastHooks(loop)
    try:
        _end_sessions(hooks, sessions, interrupter, last)
        if hooks.shutdown is not None:
            last.finish(hooks.shutdown())
    except BaseException:
        _LOG.exception("shutdown() of the adapter raised")
    finally:
        last.close()


class _LastHooks:
    """Finishes what hooks answer, on the loop that the tools used: what they opened belongs to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop

    def finish(self, answer: Any, ticket: Ticket | None = None) -> None:
        """``ticket`` learns of the task while there is one."""
        if not inspect.iscoroutine(answer):
            return
        self._loop = loop = self._loop or asyncio.new_event_loop()
        task = loop.create_task(answer)
        if ticket is not None:
            ticket.task = task
        try:
            loop.run_until_complete(task)
        finally:
            if ticket is not None:
                ticket.task = None

    def close(self) -> None:
        if self._loop is not None:
            self._loop.close()


def _end_sessions(hooks: Hooks, sessions: OpenSessions, interrupter: Interrupter, last: _LastHooks) -> None:
    """Tells the adapter of each. One that raises or takes too long harms no other, but the time is shared."""
    end_session, ids = hooks.end_session, sessions.ids()
    if end_session is None or not ids:
        return
    ticket, ended = Ticket(wire.Execute(), 0), threading.Event()  # of no request: it stands for all of them

    threading.Thread(
        target=_interrupt_in_time, args=(interrupter, ticket, ended), name="snakepit-end", daemon=True
    ).start()
    told = 0
    for session_id in ids:
        if ticket.cancelled:
            break
        told += 1
        try:
            interrupter.call(ticket, _end, (end_session, session_id, sessions.reason, last, ticket), {})
        except BaseException as error:
            interrupter.disarm()  # the interruption may have hit the first attempt
            _log_failure(ticket, session_id, error)
    ended.set()
    _log_untold(ids, told)


def _end(
    end_session: Callable[[str, str], Any], session_id: str, reason: str, last: _LastHooks, ticket: Ticket
) -> None:
    last.finish(end_session(session_id, reason), ticket)


def _interrupt_in_time(interrupter: Interrupter, ticket: Ticket, ended: threading.Event) -> None:
    """On a thread of its own: one interruption, for the hook that runs when the time is over."""
    if ended.wait(END_SECONDS):
        return
    ticket.cancelled = True
    task = ticket.task
    if task is not None:
        # Gentler than an exception out of the loop itself; a coroutine that blocks the loop does not see it.
        with contextlib.suppress(RuntimeError):  # the hook has ended and the loop is closed
            task.get_loop().call_soon_threadsafe(task.cancel)
        if ended.wait(_CANCEL_SECONDS):
            return
    interrupter.interrupt(ticket)


def _log_failure(ticket: Ticket, session_id: str, error: BaseException) -> None:
    how = f"was interrupted {END_SECONDS} s after the first of them" if ticket.cancelled else "raised"
    _LOG.error("end_session() %s for session '%s'\n%s", how, session_id, formatted(error))


def _log_untold(ids: Sequence[str], told: int) -> None:
    if told < len(ids):
        _LOG.warning(
            "%s of %s sessions were not told of their end within %s s", len(ids) - told, len(ids), END_SECONDS
        )
