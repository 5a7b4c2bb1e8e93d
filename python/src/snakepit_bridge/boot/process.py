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
    """Leads a session of its own, asks the kernel for SIGKILL when the parent dies, and leaves at once if the parent is dead already."""
    if hasattr(os, "setsid"):
        with contextlib.suppress(PermissionError):  # already a leader: started by hand from a shell
            os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    expected = _parent_pid(argv)
    # The kernel's signal counts from now on. If the parent died before, this process has another parent already.
    if expected is not None and os.getppid() != expected:
        os._exit(Exit.ORPHAN)


def raise_oom_score(by: int) -> None:
    """Makes the kernel end this process and its children before the silo when memory runs out. Raising the score needs no privilege.

    Raises OSError where the file cannot be written, and ValueError where it holds no number.
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
    # A new stream: the old one may still assume that it writes to a file in which it can seek.
    stream = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stdout = sys.__stdout__ = stream
    return ready_fd


def take_stdin() -> int:
    """Returns a private copy of stdin. Code that reads stdin later finds its end, instead of taking what the silo sends."""
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
