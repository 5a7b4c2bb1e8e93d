"""Tools for ``snakepit chaos``: they answer, remember, dawdle, fail, crash, grow and leave children behind."""

import ctypes
import os
import subprocess
import sys
import time

from . import BaseAdapter, ToolContext, tool

#: Environment variable: the folder in which each worker process writes down the calls that it begins. Without it none is written.
CALLS_FOLDER = "SNAKEPIT_CHAOS_CALLS"


class Chaos(BaseAdapter):
    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._numbers: dict[str, int] = {}
        self._begun: int | None = None

    def _begin(self, number: int) -> None:
        """Writes down that the call runs, before the tool does anything: one appended ``write`` survives a crash of this process."""
        if self._begun is None:
            folder = os.environ.get(CALLS_FOLDER)
            if folder is None:
                return
            # The time is in the name because the kernel gives process numbers out again.
            name = f"{os.getpid()}-{time.time_ns()}"
            self._begun = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.write(self._begun, b"%d\n" % number)

    @tool(idempotent=True)
    def echo(self, number: int, padding: str = "") -> int:
        """The caller compares the number, to see that the answer belongs to its call."""
        self._begin(number)
        return number

    @tool
    def tally(self, number: int, latest: int, context: ToolContext) -> int:
        """Checks that what this process keeps for a session is complete; answers ``number`` when it is.

        Numbers only rise, so unless the session was elsewhere, call ``latest`` or a later one has left its number here. When the number
        here is lower, state was lost although ``session_moved`` did not say so, and the answer is that number with its sign changed.
        """
        self._begin(number)
        before = 0 if context.session_moved else self._numbers.get(context.session_id, 0)
        self._numbers[context.session_id] = number
        return number if context.session_moved or before >= latest else -before

    @tool
    def nap(self, number: int, seconds: float) -> int:
        self._begin(number)
        time.sleep(seconds)
        return number

    @tool
    def spin(self, number: int, seconds: float) -> int:
        self._begin(number)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass
        return number

    @tool
    def fail(self, number: int) -> int:
        self._begin(number)
        raise RuntimeError(f"call {number} was meant to fail")

    @tool
    def crash(self, number: int, how: int) -> int:
        self._begin(number)
        if how == 0:
            ctypes.string_at(0)
        elif how == 1:
            os.abort()
        os._exit(how)

    @tool
    def breed(self, number: int) -> int:
        """Leaves a child that would outlive everything."""
        self._begin(number)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], stdin=subprocess.DEVNULL)
        return number

    @tool
    def grow(self, number: int) -> int:
        self._begin(number)
        self._kept.append(os.urandom(1 << 12) * 1024)  # 4 MB
        return number
