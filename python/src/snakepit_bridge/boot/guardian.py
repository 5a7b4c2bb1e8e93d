"""A small process that outlives the worker by a moment and kills what the worker has started.

The kernel kills a worker as soon as its silo dies, but not the worker's own children; they would go on without anybody's control.
Forked before anything heavy is imported, so the guardian shares nearly all of its memory with the worker.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time

_PR_SET_NAME = 15
_NAME = b"snakepit-guard"

# proc(5), stat: counted from the field behind the command's name, which is number 3 there.
_STATE, _SESSION, _ARGUMENTS_START, _ARGUMENTS_END = 0, 3, 45, 46

_DEAF_TO = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)

_LOOK_SECONDS = 0.25  # only where the kernel has no pidfd
_ROUNDS = 50
_ROUND_SECONDS = 0.02


def start() -> None:
    """Does nothing unless the worker leads its own session.

    The guardian stays in that session: while it lives the kernel gives the worker's number to no other process.
    """
    worker = os.getpid()
    if sys.platform != "linux" or os.getsid(0) != worker:
        return
    # Where no process can be forked the worker runs without a guardian; the silo's next start kills what is left then.
    with contextlib.suppress(OSError):
        between = os.fork()
        if between == 0:
            # Forked twice, so that the guardian is not the worker's child: a tool that waits for any child must not find it.
            try:
                if os.fork() == 0:
                    _guard(worker)
            finally:
                os._exit(0)
        os.waitpid(between, 0)


def _guard(worker: int) -> None:
    os.setpgid(0, 0)  # out of the worker's group, which the guardian will kill
    for number in _DEAF_TO:
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    _let_go_of_files()
    _rename(b"%s of %d" % (_NAME, worker))
    _await_end(worker)
    for _ in range(_ROUNDS):
        with contextlib.suppress(OSError):
            os.killpg(worker, signal.SIGKILL)
        if not _kill_rest(worker):
            return
        time.sleep(_ROUND_SECONDS)


def _let_go_of_files() -> None:
    """Closes inherited files. The silo reads the worker's streams to their end; an open copy here would keep them from ending."""
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            os.close(int(name))
    for _ in range(3):
        os.open(os.devnull, os.O_RDWR)


def _rename(title: bytes) -> None:
    """Replaces the command line, so that a search for workers by their command line does not find the guardian."""
    fields = _stat("self")
    begin, end = int(fields[_ARGUMENTS_START]), int(fields[_ARGUMENTS_END])
    if begin and end > begin:
        ctypes.memset(begin, 0, end - begin)
        ctypes.memmove(begin, title, min(len(title), end - begin - 1))
    ctypes.CDLL(None).prctl(_PR_SET_NAME, _NAME, 0, 0, 0)


def _await_end(worker: int) -> None:
    try:
        fd = os.pidfd_open(worker)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):  # an old kernel or C library, or a sandbox
        while _lives(worker):
            time.sleep(_LOOK_SECONDS)
        return
    ends = select.poll()
    ends.register(fd, select.POLLIN)
    ends.poll()
    os.close(fd)


def _lives(pid: int) -> bool:
    try:
        return _stat(pid)[_STATE] not in (b"Z", b"X")
    except OSError:
        return False


def _kill_rest(worker: int) -> bool:
    """Kills what has left the worker's group: processes of its session, and processes with the worker's marks in their environment.

    Returns whether there was one.
    """
    names = (b"SNAKEPIT_RUN_ID", b"SNAKEPIT_WORKER")
    marks = {b"%s=%s" % (name, value) for name in names if (value := os.environb.get(name))}
    found = False
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            fd = _hold(int(name))
            try:
                if _belongs(name, worker, marks):
                    found = True
                    _kill(int(name), fd)
            finally:
                if fd is not None:
                    os.close(fd)
    return found


def _hold(pid: int) -> int | None:
    """A pidfd, opened before the process is examined: the examined process is the one that is killed.

    Without it the kernel could give the number to another process in between.
    """
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        raise
    except (AttributeError, OSError):
        return None


def _kill(pid: int, fd: int | None) -> None:
    if fd is None:
        os.kill(pid, signal.SIGKILL)
    else:
        signal.pidfd_send_signal(fd, signal.SIGKILL)


def _belongs(name: str, worker: int, marks: set[bytes]) -> bool:
    fields = _stat(name)
    if fields[_STATE] in (b"Z", b"X"):
        return False
    if int(fields[_SESSION]) == worker:
        return True
    with open(f"/proc/{name}/environ", "rb") as file:
        return len(marks) == 2 and marks <= set(file.read().split(b"\0"))


def _stat(pid: int | str) -> list[bytes]:
    with open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b") ")[2].split()
