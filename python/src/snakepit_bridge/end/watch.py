"""The host's lifeline: when stdin ends, the silo is gone, and so is this worker with everything it started."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable

from .exits import Exit


def watch(fd: int, before_leaving: Callable[[], None]) -> None:
    threading.Thread(target=_wait, args=(fd, before_leaving), name="snakepit-host-watch", daemon=True).start()


def _wait(fd: int, before_leaving: Callable[[], None]) -> None:
    try:
        while os.read(fd, 4096):
            pass
    except OSError:
        pass  # an unreadable pipe is as gone as a closed one
    with contextlib.suppress(OSError):
        before_leaving()
    # Only our own group: without setsid it could be a shell's. The signal also ends us, so nothing runs after it.
    if os.getpgrp() == os.getpid():
        with contextlib.suppress(OSError):
            os.killpg(0, signal.SIGKILL)
    os._exit(Exit.HOST_GONE)
