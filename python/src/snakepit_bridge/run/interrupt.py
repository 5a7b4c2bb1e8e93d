"""How a running tool is stopped: an exception is raised inside the tool, and in no other code.

Before each tool call its thread is *armed* with the call, after it disarmed. An interruption takes effect only while its own call is
armed, so one that arrives late cannot hit the next call. Arming checks for an interruption that arrived early.
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
    import asyncio  # only for annotations: this module is imported before the worker has started its guardian

_LOG = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 1.0


class RequestCancelled(BaseException):
    """Raised inside a tool when its caller gave up or its deadline passed.

    It derives from ``BaseException``, so ``except Exception`` does not catch it. A tool that has to give something back does so in a
    ``finally`` or ``with`` block and lets the exception pass. Whatever the tool returns or raises after that, its caller is told that the
    call was cancelled. A tool that goes on longer than the pool's ``CancelGrace`` and ``DumpGrace`` (250 ms each by default) is killed
    together with its worker.

    On the main thread it is raised between any two bytecodes, and ends sleeps, reads and waits for locks. On the threads of a pool with
    several threads it is raised at the next bytecode: a blocking call into C ends first. In a coroutine the event loop raises its own
    ``asyncio.CancelledError`` at the ``await`` instead.
    """


class Interruptible:
    """One call that can be interrupted: whether it is cancelled, and where it runs. Written by several threads, field by field."""

    __slots__ = ("cancelled", "pending", "runner", "task")

    def __init__(self) -> None:
        self.cancelled = False
        self.pending = False  # an interruption was asked for, and its exception has not been raised yet
        self.runner: Interrupter | None = None  # set once the call has been armed
        self.task: asyncio.Task[Any] | None = None  # set while a coroutine of the call runs


class Interrupter(ABC):
    """Arms and interrupts the calls of one thread."""

    def __init__(self, thread: int) -> None:
        self.thread = thread  # its identifier
        self.armed: Interruptible | None = None

    def call(self, target: Interruptible, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Calls the function so that it can be interrupted.

        The caller catches RequestCancelled and calls ``disarm`` again: the exception may have hit the ``finally`` below.
        """
        try:
            target.runner = self
            self.armed = target
            if target.cancelled:
                target.pending = False
                raise RequestCancelled
            return function(*args, **kwargs)
        finally:
            self.disarm()

    def disarm(self) -> None:
        self.armed = None

    @abstractmethod
    def interrupt(self, target: Interruptible) -> None:
        """Makes the running call raise RequestCancelled. Called from another thread."""


class MainThreadInterrupter(Interrupter):
    """Raises from a signal handler, so also out of sleeps, reads and lock waits.

    The exception may hit between any two bytecodes of the tool. ``with lock:`` gives the lock back, but the step between
    ``lock.acquire()`` and a following ``try`` is not protected. So tools must take locks by ``with``.
    """

    def __init__(self) -> None:
        super().__init__(threading.main_thread().ident or 0)  # a thread that runs has an identifier
        self._signal: int = signal.SIGUSR1

    def install(self) -> None:
        """Runs after the adapter was constructed: a handler that the adapter has set for SIGUSR1 is left in place."""
        self._signal = _free_signal()
        signal.signal(self._signal, self._on_signal)

    def interrupt(self, target: Interruptible) -> None:
        target.pending = True
        threading.Thread(target=self._signal_until_raised, args=(target,), name="snakepit-cancel", daemon=True).start()

    def _signal_until_raised(self, target: Interruptible) -> None:
        # One signal is not enough: a signal is lost when the thread is just about to enter a blocking call (seen with
        # time.sleep under load). The handler raises once, however many signals arrive.
        ident, pause, never = self.thread, _FIRST_PAUSE_SECONDS, threading.Event()
        while target.pending and self.armed is target:
            signal.pthread_kill(ident, self._signal)
            never.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        target = self.armed
        # One exception per interruption: a second one would break the clean-up that the first one has started.
        if target is not None and target.pending:
            target.pending = False
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
    """Raises at the thread's next bytecode. A blocking call into C is not ended; the silo kills the worker then."""

    def __init__(self) -> None:
        super().__init__(threading.get_ident())
        # The check of what is armed and the raise must be one step, or the exception could hit the next call.
        self._gate = threading.Lock()
        self._interrupted = False

    def disarm(self) -> None:
        with self._gate:
            self.armed = None
            interrupted, self._interrupted = self._interrupted, False
        if interrupted:
            _raise_what_is_pending()

    def interrupt(self, target: Interruptible) -> None:
        with self._gate:
            if self.armed is target:
                self._interrupted = True
                _raise_in(self.thread, RequestCancelled)


def _raise_what_is_pending() -> None:
    """Leaves no exception set for this thread; it may have been raised already or not.

    ``PyThreadState_SetAsyncExc(thread, None)`` would withdraw it, but CPython up to 3.11 then looks for an exception at every jump for
    the rest of the process, and 3.11.2 never leaves a function that a profiler or debugger traces. Only a raised one ends the looking.
    """
    with contextlib.suppress(RequestCancelled):
        if _raise_in(threading.get_ident(), RequestCancelled):
            while True:
                pass  # raised here at the latest


def _raise_in(thread: int, exception: type[BaseException]) -> bool:
    """Returns whether there is such a thread. Takes the place of an exception that is set and not yet raised."""
    return bool(ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(exception)))


def interrupt(target: Interruptible) -> None:
    """Interrupts a call that has been marked as cancelled, whether a thread runs it or an event loop."""
    runner, task = target.runner, target.task
    if runner is not None and runner.armed is target:
        runner.interrupt(target)
    elif task is not None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed: the worker is leaving
            task.get_loop().call_soon_threadsafe(_cancel_task, target)
    elif runner is not None:
        runner.interrupt(target)


def _cancel_task(target: Interruptible) -> None:
    # Runs on the loop's thread. A task that has left the tool has removed itself from the call: its clean-up is not cancelled.
    if target.task is not None:
        target.task.cancel()
