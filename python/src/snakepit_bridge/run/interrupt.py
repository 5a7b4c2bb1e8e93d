"""How a running tool is stopped: an exception raised inside it, and in nothing else.

Around each tool call its thread is *armed* with the ticket. An interruption that arrives when another ticket or none
is armed has come too late and does nothing; arming checks whether it came too early.
"""

import contextlib
import ctypes
import logging
import signal
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tickets import Ticket


_LOG = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 1.0


class RequestCancelled(BaseException):
    """Raised inside a tool whose request was cancelled. Clean up and let it pass."""


class Interrupter(ABC):
    """One per thread that runs tools."""

    def __init__(self) -> None:
        self.armed: Ticket | None = None

    def call(
        self, ticket: "Ticket", function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """Calls the function so that it can be interrupted. Callers catch RequestCancelled and then disarm again."""
        try:
            ticket.runner = self
            self.armed = ticket
            if ticket.cancelled:
                ticket.pending = False
                raise RequestCancelled
            return function(*args, **kwargs)
        finally:
            self.disarm()

    def disarm(self) -> None:
        self.armed = None

    @abstractmethod
    def interrupt(self, ticket: "Ticket") -> None:
        """Makes the running call of this ticket raise RequestCancelled. Called from another thread."""


class MainThreadInterrupter(Interrupter):
    """Raises from a signal handler, so also out of sleeps, reads and lock waits.

    The exception may hit between any two bytecodes of the tool. ``with lock:`` gives the lock back, but the step between
    ``lock.acquire()`` and a following ``try`` is not protected, so tools take locks by ``with`` and nothing else.
    """

    def __init__(self) -> None:
        super().__init__()
        self._signal: int = signal.SIGUSR1

    def install(self) -> None:
        """After the adapter was constructed: a handler that it has set for SIGUSR1 stays its own."""
        self._signal = _free_signal()
        signal.signal(self._signal, self._on_signal)

    def interrupt(self, ticket: "Ticket") -> None:
        ticket.pending = True
        threading.Thread(target=self._signal_until_raised, args=(ticket,), name="snakepit-cancel", daemon=True).start()

    def _signal_until_raised(self, ticket: "Ticket") -> None:
        # One signal is not enough: it is lost on a thread that is just about to enter a blocking call (seen with
        # time.sleep under load). The handler raises once, however many signals arrive.
        ident, pause, never = threading.main_thread().ident, _FIRST_PAUSE_SECONDS, threading.Event()
        while ident is not None and ticket.pending and self.armed is ticket:
            signal.pthread_kill(ident, self._signal)
            never.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        ticket = self.armed
        # Once per interruption: a second exception would break the clean-up that the first one started.
        if ticket is not None and ticket.pending:
            ticket.pending = False
            raise RequestCancelled


def _free_signal() -> int:
    """SIGUSR1, or the first real-time signal without a handler where the adapter uses SIGUSR1 itself."""
    candidates: list[int] = [signal.SIGUSR1]
    if sys.platform == "linux":
        candidates += range(signal.SIGRTMIN + 1, signal.SIGRTMAX)
    for number in candidates:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.SIG_IGN):
            if number != signal.SIGUSR1:
                _LOG.info("the adapter handles SIGUSR1 itself; its tools are interrupted by signal %d", number)
            return number
    _LOG.warning("the adapter's handler for SIGUSR1 is replaced: no signal is left to interrupt its tools by")
    return signal.SIGUSR1


class ThreadInterrupter(Interrupter):
    """Raises at the thread's next bytecode; a blocking C call is not ended by it, the host's kill is."""

    def __init__(self) -> None:
        super().__init__()
        # The check of what is armed and the raise must be one step, or the next request would be hit.
        self._gate = threading.Lock()
        self._thread = threading.get_ident()

    def disarm(self) -> None:
        with self._gate:
            self.armed = None
            _raise_in(self._thread, None)  # one that was set and not delivered is withdrawn

    def interrupt(self, ticket: "Ticket") -> None:
        with self._gate:
            if self.armed is ticket:
                _raise_in(self._thread, RequestCancelled)


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if exception is None else ctypes.py_object(exception)
    )


def interrupt(ticket: "Ticket") -> None:
    """Interrupts a ticket that has been marked as cancelled, wherever it runs."""
    runner, task = ticket.runner, ticket.task
    if runner is not None and runner.armed is ticket:
        runner.interrupt(ticket)
    elif task is not None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed: the worker is leaving
            task.get_loop().call_soon_threadsafe(_cancel_task, ticket)
    elif runner is not None:
        runner.interrupt(ticket)


def _cancel_task(ticket: "Ticket") -> None:
    # On the loop's thread: a task that has left the tool took itself off the ticket, its clean-up is not cancelled.
    if ticket.task is not None:
        ticket.task.cancel()
