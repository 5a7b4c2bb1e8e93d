"""Tools that the tests call."""

import logging
import os
import subprocess
import sys
import threading
import time
from typing import Any

from snakepit_bridge import BaseAdapter, ToolContext, tool


class Basic(BaseAdapter):
    def __init__(self) -> None:
        self.calls = 0

    @tool
    def add(self, a: float, b: float) -> float:
        """Adds two numbers."""
        return a + b

    @tool(description="Gives its arguments back.")
    def echo(self, **values: Any) -> dict[str, Any]:
        return values

    @tool
    def pid(self) -> int:
        return os.getpid()

    @tool
    def count(self) -> int:
        self.calls += 1
        return self.calls

    @tool
    def log(self, message: str, level: str = "debug") -> None:
        """By a logger of the user's own."""
        logging.getLogger("user").log(logging.getLevelName(level.upper()), message)

    @tool
    def boom(self, message: str = "no good") -> None:
        raise ValueError(message)

    @tool
    def nan(self) -> dict[str, Any]:
        return {"rows": [{"score": 1.0}, {"score": float("nan")}]}

    @tool
    def opaque(self) -> object:
        return object()

    @tool
    def blob(self, size: int) -> bytes:
        return bytes(range(256)) * (size // 256) + bytes(size % 256)

    @tool
    def mixed(self) -> dict[str, Any]:
        return {"name": "picture", "content": b"\x00\x01\x02", "size": 3}

    @tool
    def length(self, document: bytes) -> int:
        return len(document)

    @tool
    def types(self) -> dict[str, Any]:
        return {"none": None, "yes": True, "int": 2**60 + 1, "float": 0.1, "tuple": (1, 2), "text": "ä€😀"}

    @tool
    def sleep(self, seconds: float) -> str:
        time.sleep(seconds)
        return "slept"

    @tool
    def wait_for(self, path: str, begun: str = "") -> str:
        """Runs until a file exists: a gate that the test opens. Another file gets a line each time that it begins."""
        if begun:
            with open(begun, "a") as file:
                file.write(f"{os.getpid()}\n")
        while not os.path.exists(path):
            time.sleep(0.005)
        return "opened"

    @tool
    def spin(self, path: str) -> None:
        """Never ends, busy in Python; says through a file that it has begun."""
        open(path, "w").close()
        while True:
            pass

    @tool
    def hold_interpreter(self, path: str) -> int:
        """Never ends, busy in C with the interpreter lock held, as a bad extension is: no signal handler of Python's runs."""
        open(path, "w").close()
        return sum(range(10**15))

    @tool
    def stubborn(self, seconds: float, value: str) -> str:
        """Goes on past its deadline whatever it is told, and answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                time.sleep(max(0.0, end - time.monotonic()))
            except BaseException:  # the stop that it ignores
                pass
        return value

    @tool
    def remaining(self, context: ToolContext) -> float | None:
        return context.remaining()

    @tool
    def metadata(self, context: ToolContext) -> dict[str, str]:
        return dict(sorted(context.metadata.items()))

    @tool
    def report(self, path: str, context: ToolContext) -> str:
        """Reports that half is done, and ends when a file exists."""
        context.progress(0.5, "half")
        while not os.path.exists(path):
            time.sleep(0.005)
        context.progress(1)
        return "reported"

    @tool
    def die(self, code: int) -> None:
        os._exit(code)

    @tool
    def start_child(self, apart: bool = False) -> int:
        """Starts a process that outlives its worker if nobody sees to it; apart in a session of its own."""
        return subprocess.Popen(["sleep", "1000"], start_new_session=apart).pid

    @tool
    def shout(self, text: str) -> str:
        print(text)
        print(text, file=sys.stderr)
        return text

    @tool
    def print_much(self, megabytes: int, lines: bool = True) -> float:
        """Prints half to stdout and half to stderr, as lines or as one that has no end; returns the seconds it took."""
        began = time.monotonic()
        text = "x" * 1000
        for number in range(megabytes * 500):
            for stream in (sys.stdout, sys.stderr):
                stream.write(f"{number} {text}\n" if lines else text)
        for number in range(60):
            print("\nlast" if number == 0 else "last", number)
        return time.monotonic() - began

    @tool
    def thread_name(self) -> str:
        return threading.current_thread().name
