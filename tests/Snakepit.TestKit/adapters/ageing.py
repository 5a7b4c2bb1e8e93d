"""Tools for the life cycle: ways to grow, to die and to be replaced."""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Any

from snakepit_bridge import BaseAdapter, ToolContext, tool
from snakepit_bridge.link.control import Control

_MEGABYTE = 1 << 20


class Ageing(BaseAdapter):
    def __init__(self) -> None:
        self._kept: list[bytearray] = []

    @tool
    def note(self, path: str, number: int, seconds: float = 0) -> int:
        """Leaves one line a call, so that a test can count what really ran."""
        time.sleep(seconds)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{number}\n".encode())
        os.close(file)
        return number

    @tool
    def leak(self, megabytes: int = 1) -> int:
        block = bytearray(megabytes * _MEGABYTE)
        block[::4096] = b"x" * len(block[::4096])  # memory that is only promised does not count
        self._kept.append(block)
        return len(self._kept)

    @tool
    def feed_child(self, megabytes: int) -> int:
        """A child that takes the memory and keeps it."""
        code = f"import sys; kept = b'x' * ({megabytes} << 20); print(1, flush=True); sys.stdin.read()"
        child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        return child.pid

    @tool
    def tired(self, context: ToolContext) -> int:
        context.request_recycle("the model is stale")
        return os.getpid()

    @tool
    def pid(self) -> int:
        return os.getpid()

    @tool
    def crash(self, how: str) -> None:
        if how == "segfault":
            ctypes.string_at(0)
        elif how == "abort":
            os.abort()
        elif how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif how == "unhandled":
            try:
                raise RuntimeError("nobody catches this")
            except RuntimeError as error:
                sys.excepthook(type(error), error, error.__traceback__)  # as the interpreter's own end does
                sys.stderr.flush()
                time.sleep(0.5)  # so that the silo has read it
                os._exit(1)
        else:
            os._exit(int(how))

    @tool(idempotent=True)
    def crash_once(self, path: str) -> dict[str, Any]:
        """Crashes the worker that has it first; the next one answers."""
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return {"pid": os.getpid()}
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    @tool
    def crash_once_unmarked(self, path: str) -> dict[str, Any]:
        return self.crash_once(path)

    @tool
    def sleep(self, seconds: float) -> str:
        time.sleep(seconds)
        return "slept"

    @tool
    def sleep_and_note(self, seconds: float, begun: str, over: str) -> str:
        """The files say that the time begins and that it is over, also to those who stand still meanwhile."""
        pathlib.Path(begun).touch()
        time.sleep(seconds)
        pathlib.Path(over).touch()
        return "noted"

    @tool
    def hold_interpreter(self, seconds: int) -> int:
        """Sleeps in C without letting go of the interpreter lock."""
        return int(ctypes.PyDLL(None).sleep(seconds))


    @tool
    def ignore_pings(self, seconds: float, reports: bool, context: ToolContext) -> str:
        """No ping is answered from now on; what else of the worker is heard is the tool's progress."""
        Control._ping = lambda self, ping: None  # type: ignore[method-assign]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if reports:
                context.progress()
            time.sleep(0.1)
        return "ignored"


class Heavy(Ageing):
    """Has more than most from the start."""

    def __init__(self) -> None:
        super().__init__()
        self.leak(150)
