"""Ends the worker, with everything it has started, when its stdin ends: the silo holds the other end, so the silo is gone."""

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
        pass  # a pipe that cannot be read means the same as its end
    with contextlib.suppress(OSError):
        before_leaving()
    # Only a group that this process leads: without setsid the group could be a shell's. The signal ends this process too.
    if os.getpgrp() == os.getpid():
        with contextlib.suppress(OSError):
            os.killpg(0, signal.SIGKILL)
    os._exit(Exit.HOST_GONE)
