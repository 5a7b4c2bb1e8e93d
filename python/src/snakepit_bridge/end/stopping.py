"""The graceful end: the worker takes no new requests, finishes those that run, and leaves within a fixed time."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from .exits import Exit

FINISH_SECONDS = 3.0  # for what runs
TOTAL_SECONDS = 5.0  # until the process is gone, shutdown() included

_LOG = logging.getLogger(__name__)

_STOP_BYTES = frozenset((0, int(signal.SIGTERM)))


@dataclass(frozen=True)
class StopSteps:
    close_admission: Callable[[], None]
    finish: Callable[[float], bool]  # waits that many seconds at most; False when a request is still in flight
    release: Callable[[], None]  # lets the main thread go on to shutdown()
    leave: Callable[[], None]  # before a forced end


class Stopper:
    """Waits on a pipe in a thread of its own, so that a SIGTERM takes effect while the main thread is inside C code."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def install(self) -> None:
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._on_signal)
        # A forked child shares the pipe. A SIGTERM to the child must end the child, not this worker.
        os.register_at_fork(after_in_child=_forget_in_child)

    def start(self, steps: "StopSteps") -> None:
        threading.Thread(target=self._run, args=(steps,), name="snakepit-stop", daemon=True).start()

    def stop(self) -> None:
        try:
            os.write(self._write, b"\0")
        except BlockingIOError:
            pass  # the pipe is full of earlier requests to stop, or of interruptions' bytes that the thread is reading

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Python has normally written the byte already. A library that replaced the wake-up descriptor would have got it instead.
        if os.getpid() == self._pid:
            self.stop()

    def _run(self, steps: "StopSteps") -> None:
        while _STOP_BYTES.isdisjoint(os.read(self._read, 4096)):
            pass
        limit = time.monotonic() + TOTAL_SECONDS
        steps.close_admission()
        if not steps.finish(FINISH_SECONDS):
            _LOG.warning("a request did not end within %s s of the stop; leaving without it", FINISH_SECONDS)
            steps.leave()
            os._exit(Exit.FORCED)
        steps.release()
        threading.Event().wait(max(0.0, limit - time.monotonic()))  # the process normally ends during this wait
        _LOG.warning("shutdown() or a thread of the adapter did not end within %s s of the stop", TOTAL_SECONDS)
        steps.leave()
        os._exit(Exit.FORCED)


def _forget_in_child() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
