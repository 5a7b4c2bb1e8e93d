"""The adapter's last hooks, on the main thread: end_session() for each session, for a limited time, then shutdown()."""

import asyncio
import contextlib
import inspect
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..run.hooks import Hooks
from ..run.interrupt import Interrupter, Interruptible
from ..run.sessions import OpenSessions
from ..run.tracebacks import formatted

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
    """Runs the coroutines of hooks on the event loop that the tools used: connections that they opened belong to that loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop

    def finish(self, answer: Any, stoppable: Interruptible | None = None) -> None:
        """Waits for a coroutine that a hook returned; ``stoppable`` names its task meanwhile."""
        if not inspect.iscoroutine(answer):
            return
        self._loop = loop = self._loop or asyncio.new_event_loop()
        task = loop.create_task(answer)
        if stoppable is not None:
            stoppable.task = task
        try:
            loop.run_until_complete(task)
        finally:
            if stoppable is not None:
                stoppable.task = None

    def close(self) -> None:
        if self._loop is not None:
            self._loop.close()


def _end_sessions(hooks: Hooks, sessions: OpenSessions, interrupter: Interrupter, last: _LastHooks) -> None:
    """Calls ``end_session`` for each session. A call that raises does not affect the others; a slow one uses up the time they share."""
    end_session, ids = hooks.end_session, sessions.ids()
    if end_session is None or not ids:
        return
    hook, ended = Interruptible(), threading.Event()  # one for all calls: they share one limit
    threading.Thread(target=_interrupt_in_time, args=(interrupter, hook, ended), name="snakepit-end", daemon=True).start()
    told = 0
    for session_id in ids:
        if hook.cancelled:
            break
        told += 1
        try:
            interrupter.call(hook, _end, (end_session, session_id, sessions.reason, last, hook), {})
        except BaseException as error:
            interrupter.disarm()  # the exception may have hit the first attempt to disarm
            _log_failure(hook, session_id, error)
    ended.set()
    _log_untold(ids, told)


def _end(
    end_session: Callable[[str, str], Any], session_id: str, reason: str, last: _LastHooks, hook: Interruptible
) -> None:
    last.finish(end_session(session_id, reason), hook)


def _interrupt_in_time(interrupter: Interrupter, hook: Interruptible, ended: threading.Event) -> None:
    """Runs on a thread of its own. Interrupts once: the call that runs when the time is over."""
    if ended.wait(END_SECONDS):
        return
    hook.cancelled = True
    task = hook.task
    if task is not None:
        # A cancel comes first, because an exception raised by the signal would leave the event loop in the middle of its work. A coroutine
        # that blocks the loop does not see the cancel.
        with contextlib.suppress(RuntimeError):  # the hook has ended and the loop is closed
            task.get_loop().call_soon_threadsafe(task.cancel)
        if ended.wait(_CANCEL_SECONDS):
            return
    interrupter.interrupt(hook)


def _log_failure(hook: Interruptible, session_id: str, error: BaseException) -> None:
    how = f"was interrupted {END_SECONDS} s after the first of them" if hook.cancelled else "raised"
    _LOG.error("end_session() %s for session '%s'\n%s", how, session_id, formatted(error))


def _log_untold(ids: Sequence[str], told: int) -> None:
    if told < len(ids):
        _LOG.warning(
            "%s of %s sessions were not told of their end within %s s", len(ids) - told, len(ids), END_SECONDS
        )
