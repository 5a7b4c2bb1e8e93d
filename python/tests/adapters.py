"""Adapters that the tests run in real workers."""

import asyncio
import ctypes
import dataclasses
import datetime
import decimal
import enum
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from typing import Any

import numpy

from snakepit_bridge import BaseAdapter, RequestCancelled, ToolContext, current_context, tool

print("printed while imported")
sys.__stdout__.write("written while imported\n")
ctypes.CDLL(None).puts(b"put by C while imported")
ctypes.CDLL(None).fflush(None)
os.write(1, b"written to descriptor 1 while imported\n")


@dataclasses.dataclass
class Point:
    x: int
    y: Any


class Colour(enum.Enum):
    RED = "red"


def announce(text: str) -> None:
    print(f"at {text}", flush=True)


class Plain(BaseAdapter):
    @tool
    def add(self, a: float, b: float) -> float:
        """Adds two numbers.

        Not shown.
        """
        return a + b

    @tool(description="Greets.", supports_streaming=True, name="greet", idempotent=True)
    def greeting(self, name: str = "you", *, loud: bool = False) -> "str":
        return f"hello {name}" + ("!" if loud else "")

    @tool
    def echo(self, value: Any) -> Any:
        return value

    @tool
    def anything(self, **rest: Any) -> Any:
        return {key: value.decode() if isinstance(value, bytes) else value for key, value in rest.items()}

    @tool
    def about(self, context: ToolContext) -> Any:
        same = current_context() is context
        context.progress()
        context.log.warning("from the tool")
        logging.getLogger("user").error("from user code", stack_info=False)
        return {
            "same": same,
            "request_id": context.request_id,
            "attempt": context.attempt,
            "session_id": context.session_id,
            "correlation_id": context.correlation_id,
            "traceparent": context.traceparent,
            "attachments": {name: content.decode() for name, content in context.attachments.items()},
            "remaining": context.remaining(),
            "cancelled": context.cancelled,
            "main": threading.current_thread() is threading.main_thread(),
        }

    @tool
    def give(self, what: str) -> Any:
        itself: list[Any] = []
        itself.append(itself)
        values: dict[str, Any] = {
            "big": 2**200,
            "none": None,
            "tuple": (1, (2, 3)),
            "bytes": b"\x00\xff",
            "nested bytes": {"a": [b"one", bytearray(b"two")], "b": memoryview(b"three")},
            "point": Point(1, Point(2, None)),
            "things": [
                Colour.RED,
                datetime.date(2024, 1, 2),
                decimal.Decimal("1.10"),
                uuid.UUID(int=1),
                {3, 1, 2},
                {7: "seven"},
            ],
            "array": {"a": numpy.arange(4).reshape(2, 2), "s": numpy.float32(1.5), "i": numpy.int64(3)},
            "nan": {"rows": [{}, {"score": float("nan")}]},
            "array nan": [numpy.array([1.0, float("inf")])],
            "cycle": {"a": itself},
            "surrogate": ["\ud800"],
            "huge": [10**5000],
            "object": {"x": Point(1, object())},
            "key": {"ok": {1.5: 2}},
            "none key": [{None: 1}],
            "reserved": {"$attachment": "x"},
            "large array": numpy.zeros(2_000_000, dtype=numpy.uint8),
            "class": Point,
            "large": "x" * 3_000_000,
        }
        if what == "deep":
            deep: list[Any] = []
            for _ in range(100_000):
                deep = [deep]
            return deep
        if what == "generator":
            return (number for number in range(3))
        return values[what]

    @tool
    def counts(self) -> Any:
        yield 1

    @tool
    def fail(self, how: str) -> None:
        if how == "exit":
            sys.exit("goodbye")
        if how == "interrupt":
            raise KeyboardInterrupt
        if how == "own":
            raise OwnError("mine \ud800")
        if how == "text":
            raise Unreadable
        raise ValueError("no good")

    @tool
    def add_c(self) -> int:
        ctypes.CDLL(None).puts(b"put by C in a tool")
        ctypes.CDLL(None).fflush(None)
        return 1

    @tool
    def arguments(self) -> Any:
        return sys.argv[1:]

    @tool
    def read_stdin(self) -> str:
        return sys.stdin.read()

    @tool
    def stop_worker(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        announce("the stop")

    @tool
    def fork_and_end(self) -> int:
        process = subprocess.Popen(["sleep", "60"])
        process.terminate()
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
            os._exit(0)
        return os.waitpid(child, 0)[1]

    @tool
    def start_child(self) -> int:
        return subprocess.Popen(["sleep", "60"]).pid

    @tool
    def recycle(self, context: ToolContext) -> None:
        context.request_recycle("leaks")

    @tool
    def wait(self, how: str) -> None:
        announce(how)
        if how == "sleep":
            time.sleep(60)
        elif how == "loop":
            while True:
                pass
        elif how == "lock":
            lock = threading.Lock()
            lock.acquire()
            lock.acquire()
        elif how == "holding the lock":
            ctypes.PyDLL(None).sleep(60)
        elif how == "asyncio.run":
            asyncio.run(asyncio.sleep(60))
        elif how == "stubborn":
            try:
                time.sleep(60)
            except RequestCancelled:
                raise OwnError("while leaving") from None
        elif how == "gate":
            sys.stderr.flush()
            with open(os.environ["SNAKEPIT_TEST_GATE"]) as gate:
                gate.read()


class OwnError(Exception):
    pass


class Unreadable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Gated(BaseAdapter):
    """Tools that wait for a file; sys.argv names the folder."""

    @tool
    def gate(self, name: str) -> str:
        announce(f"gate {name}")
        with open(os.path.join(sys.argv[1], name)) as pipe:
            return pipe.read()

    @tool
    def name(self, name: str) -> str:
        return name

    def shutdown(self) -> None:
        announce("shutdown")


class SlowShutdown(Gated):
    def shutdown(self) -> None:
        announce("slow shutdown")
        time.sleep(60)


class Async(BaseAdapter):
    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}

    def _gate(self, name: str) -> asyncio.Event:
        return self.gates.setdefault(name, asyncio.Event())

    @tool
    async def double(self, number: int, context: ToolContext) -> int:
        await asyncio.sleep(0)
        assert current_context() is context
        return number * 2

    @tool
    async def sleep(self) -> None:
        announce("async sleep")
        await asyncio.sleep(60)

    @tool
    async def meet(self, mine: str, other: str) -> str:
        self._gate(mine).set()
        await self._gate(other).wait()
        return mine

    @tool
    async def fail(self) -> None:
        raise LookupError("async")

    @tool
    async def leave(self) -> None:
        sys.exit(1)

    @tool
    def on_main(self) -> bool:
        return threading.current_thread() is threading.main_thread()

    async def shutdown(self) -> None:
        announce("async shutdown")


class Dynamic:
    def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: ToolContext) -> Any:
        return [tool_name, arguments, context.request_id]

    @tool
    def known(self) -> str:
        return "known"


class AsyncDynamic:
    async def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: ToolContext) -> Any:
        return tool_name


class Hooked(BaseAdapter):
    def __init__(self) -> None:
        self.events: list[str] = []

    def set_session_context(self, context: ToolContext) -> None:
        self.events.append(f"session {context.session_id}")

    def initialize(self) -> None:
        self.events.append("initialize")

    def cleanup(self) -> None:
        self.events.append("cleanup")
        raise RuntimeError("cleanup is broken")

    @tool
    def work(self, fail: bool) -> list[str]:
        self.events.append("work")
        if fail:
            raise ValueError("in the tool")
        return list(self.events)


class AsyncHooked(BaseAdapter):
    def __init__(self) -> None:
        self.events: list[str] = []

    async def initialize(self) -> None:
        await asyncio.sleep(0)
        self.events.append("initialize")

    async def cleanup(self) -> None:
        await asyncio.sleep(0)
        self.events.append("cleanup")

    @tool
    def work(self) -> list[str]:
        return list(self.events)

    @tool
    def spin(self) -> None:
        announce("spin")
        while True:
            pass


class Threaded(BaseAdapter):
    __thread_safe__ = True

    def __init__(self) -> None:
        self.barrier = threading.Barrier(3)

    @tool
    def meet(self) -> bool:
        self.barrier.wait(10)
        return threading.current_thread() is threading.main_thread()

    @tool
    def loop(self) -> None:
        announce("thread loop")
        while True:
            pass

    @tool
    async def task(self) -> bool:
        return threading.current_thread() is threading.main_thread()


class NeedsArguments:
    def __init__(self, size: int) -> None:
        self.size = size


class NoTools(BaseAdapter):
    pass


class Listens(BaseAdapter):
    @tool
    def ok(self) -> int:
        return 1
