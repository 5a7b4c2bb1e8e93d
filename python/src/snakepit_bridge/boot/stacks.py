"""Shows the silo what the threads of the worker do while they go on: a signal makes the process write their stacks to a file in memory."""

import faulthandler
import logging
import os
import signal
import sys

_LOG = logging.getLogger(__name__)
_NAME = "snakepit-stacks"  # the silo looks for it before it empties the file


def offer() -> int | None:
    """Returns the descriptor of the file, which the silo opens through /proc; None where there is no such thing.

    The handler is C code: it works while a tool holds the interpreter lock, and the kernel restarts the system call that the signal
    interrupts. Stderr would not do: the lines of threads that go on would run into the stacks.
    """
    if sys.platform != "linux":
        return None
    import fcntl  # not on every system

    try:
        file = os.memfd_create(_NAME, os.MFD_CLOEXEC)
    except OSError as error:
        _LOG.debug("no stacks on request: %s", error)
        return None
    fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)  # the silo empties the file before it asks
    # No program uses the last real-time signal by chance; the interrupter of tools looks for a free one from the first on.
    faulthandler.register(signal.SIGRTMAX, file=file, all_threads=True, chain=False)
    return file
