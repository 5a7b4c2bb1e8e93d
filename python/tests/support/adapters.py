"""Adapters that the tests run in real workers."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import values
import waiting
from saying import announce

from snakepit_bridge import BaseAdapter, ToolContext, current_context, tool


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
    def nap(self, seconds: float) -> None:
        time.sleep(seconds)

    @tool
    def anything(self, **rest: Any) -> Any:
        return {key: value.decode() if isinstance(value, bytes) else value for key, value in rest.items()}

    @tool
    def about(self, context: ToolContext) -> Any:
        same = current_context() is context
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
    def metadata(self, context: ToolContext) -> Any:
        try:
            context.metadata["more"] = "x"  # type: ignore[index]
        except TypeError:
            return dict(context.metadata)
        return "not read-only"

    @tool
    def give(self, what: str) -> Any:
        return values.give(what)

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
            raise waiting.OwnError("mine \ud800")
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
    def start_child(self, apart: bool = False, bare: bool = False) -> int:
        environment: dict[str, str] | None = {"PATH": os.environ["PATH"]} if bare else None
        return subprocess.Popen(["sleep", "60"], start_new_session=apart, env=environment).pid

    @tool
    def ended_child(self) -> str:
        try:
            return f"waited for {os.waitpid(-1, os.WNOHANG)}"
        except ChildProcessError:
            return "no child at all"

    @tool
    def recycle(self, context: ToolContext) -> None:
        context.request_recycle("leaks")

    @tool
    def report(self, steps: list[list[Any]], gate: str, context: ToolContext) -> None:
        """Reports each step at once, and ends when there is a file."""
        for fraction, message in steps:
            context.progress(float(fraction) if isinstance(fraction, str) else fraction, message)
        while not os.path.exists(gate):
            time.sleep(0.005)

    @tool
    def wait(self, how: str) -> None:
        waiting.wait(how)


class Unreadable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")
