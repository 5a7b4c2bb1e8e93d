"""The first lines of a worker: leave with the parent, keep stdout for the ready line.

Imports nothing heavy: until these lines have run, a worker can outlive its silo.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Sequence

from ..end.exits import Exit

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_HIGHEST_OOM_SCORE = 1000  # proc(5), oom_score_adj


def leave_with_parent(argv: Sequence[str]) -> None:
    """Own session, killed by the kernel when the parent dies, gone at once if it already did."""
    if hasattr(os, "setsid"):
        with contextlib.suppress(PermissionError):  # already a leader: started by hand from a shell
            os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    expected = _parent_pid(argv)
    # The signal is armed only from now on; a parent that died before has already been replaced as our parent.
    if expected is not None and os.getppid() != expected:
        os._exit(Exit.ORPHAN)


def raise_oom_score(by: int) -> None:
    """Where memory runs out the kernel ends this process and what it starts, before the silo. Raising needs no privilege.

    Raises OSError where that cannot be written, and ValueError where it has no number.
    """
    if by == 0 or sys.platform != "linux":
        return
    with open("/proc/self/oom_score_adj", "r+", encoding="ascii") as file:
        wanted = min(_HIGHEST_OOM_SCORE, int(file.read()) + by)
        file.seek(0)
        file.write(str(wanted))


def take_stdout() -> int:
    """Returns a private copy of stdout for the ready line; every later print, also from C, goes to stderr."""
    ready_fd = os.dup(1)
    os.dup2(2, 1)
    # A new stream: the old one may believe that it writes to a file it can seek in.
    stream = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stdout = sys.__stdout__ = stream
    return ready_fd


def take_stdin() -> int:
    """Returns a private copy of stdin; code that reads stdin later sees its end instead of eating the host's."""
    host_fd = os.dup(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return host_fd


def _parent_pid(argv: Sequence[str]) -> int | None:
    for index, argument in enumerate(argv):
        text = argument.partition("=")[2] if argument.startswith("--parent-pid=") else None
        if argument == "--parent-pid" and index + 1 < len(argv):
            text = argv[index + 1]
        if text is not None:
            return int(text) if text.isdigit() else None
    return None
