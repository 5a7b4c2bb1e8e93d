"""A silo for tests: starts a real worker process and speaks the link with it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
from lines import LIMIT, Lines
from links import GENERATION, SILO_TOKEN, FramedLink, GrpcLink, Link, execute, hello

from snakepit_bridge.codec import wire

WORKER_TOKEN = "the worker's token"
CARRIERS = ("grpc", "framed")

carrier = "grpc"  # of workers that name none; the fixture both_carriers changes it

_HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_HERE.parents[1] / "src"), str(_HERE)])}


def command(adapter: str, endpoint: str, *extra: str, parent: int | None = None) -> list[str]:
    place = {
        "adapter": adapter,
        "endpoint": endpoint,
        "parent-pid": str(parent or os.getpid()),
        "pool": "p",
        "slot": "0",
        "generation": str(GENERATION),
        "instance-name": "i",
        "run-id": "r",
    }
    return [sys.executable, "-m", "snakepit_bridge", *(x for k, v in place.items() for x in (f"--{k}", v)), "--", *extra]


def first_line(capacity: int = 1, threads: int = 1, carrier: str = "grpc", **settings: Any) -> bytes:
    line = {
        "silo_token": SILO_TOKEN,
        "worker_token": WORKER_TOKEN,
        "capacity": capacity,
        "threads": threads,
        "carrier": carrier,
        "settings": settings,
    }
    return json.dumps(line).encode() + b"\n"


class SiloWorker:
    """A started worker; attaches both streams unless told otherwise."""

    def __init__(
        self, adapter: str, capacity: int = 1, threads: int = 1, *extra: str, tcp: bool = False, attach: bool = True,
        by: str = "", **settings: Any,
    ) -> None:  # fmt: skip
        self._stack = contextlib.ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="snakepit-"))
        self.socket = Path(folder, "w.sock")
        endpoint = "tcp:127.0.0.1:0" if tcp else f"unix:{self.socket}"
        self.process = subprocess.Popen(
            command(adapter, endpoint, *extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        self._stack.callback(self._end)
        assert self.process.stdin is not None
        self.stdout = Lines(self.process.stdout, "stdout")
        self.stderr = Lines(self.process.stderr, "stderr")
        self.process.stdin.write(first_line(capacity, threads, by or carrier, **settings))
        self.process.stdin.flush()
        self.ready: dict[str, Any] = json.loads(self.stdout.wait_for("{"))
        self._ids = 0
        self.links: list[Link] = []
        if attach:
            self.attach()

    def attach(self) -> None:
        assert self.ready["ready"], self.ready
        self.work = self.link(wire.STREAM_WORK)
        self.welcome = self.work.next("welcome")
        token = self.welcome.control_token or SILO_TOKEN
        self.control = self.link(wire.STREAM_CONTROL, token=token)
        self.control.next("welcome")

    def link(self, stream: int, **fields: Any) -> Link:
        return self.raw_link(hello(stream, **fields))

    def raw_link(self, first: Any) -> Link:
        if first.items and first.items[0].hello.stream == wire.STREAM_WORK and "work_endpoint" in self.ready:
            return self.framed_link(first)
        return self.grpc_link(first)

    def framed_link(self, first: Any = None) -> FramedLink:
        link = FramedLink(self.ready["work_endpoint"].removeprefix("unix:"), first)
        self._stack.callback(link.close)
        return link

    def grpc_link(self, first: Any) -> Link:
        if not hasattr(self, "_channel"):
            self._channel = grpc.insecure_channel(self.ready["endpoint"].removeprefix("tcp:"))
            self._stack.callback(self._channel.close)
        link = GrpcLink(self._channel, first)
        self._stack.callback(link.close)
        return link

    def start(self, tool: str, arguments: Any = None, **fields: Any) -> int:
        self._ids += 1
        frame = wire.ToWorker()
        execute(frame, self._ids, tool, arguments, **fields)
        self.work.send(frame)
        return self._ids

    def result(self, tool: str, arguments: Any = None, **fields: Any) -> Any:
        """Calls and returns the decoded value."""
        return json.loads(self.result_body(tool, arguments, **fields).value)

    def result_body(self, tool: str, arguments: Any = None, **fields: Any) -> Any:
        number = self.start(tool, arguments, **fields)
        body = self.work.next("result")
        assert body.request_id == number
        return body

    def failure(self, tool: str, arguments: Any = None, **fields: Any) -> Any:
        number = self.start(tool, arguments, **fields)
        body = self.work.next("failure")
        assert body.request_id == number
        return body

    def cancel(self, request_id: int, reason: int = 1) -> None:
        frame = wire.ToWorker()
        body = frame.items.add().cancel
        body.generation, body.request_id, body.attempt, body.reason = GENERATION, request_id, 1, reason
        self.control.send(frame)

    def send_profile(self, nonce: int, milliseconds: int) -> None:
        frame = wire.ToWorker()
        body = frame.items.add().profile
        body.nonce, body.milliseconds, body.name = nonce, milliseconds, "the name"
        self.control.send(frame)

    def ping(self) -> None:
        """Returns when the worker has answered."""
        frame = wire.ToWorker()
        frame.items.add().ping.nonce = 77
        self.control.send(frame)
        pong = self.control.next("pong")
        assert pong.nonce == 77

    def drain(self) -> None:
        frame = wire.ToWorker()
        frame.items.add().drain.reason = "test"
        self.control.send(frame)

    def stop(self) -> None:
        """Sends SIGTERM as another program does. The silo answers that it sends no more."""
        self.process.send_signal(signal.SIGTERM)
        self.control.next("leaving")
        self.send_no_more()

    def send_no_more(self) -> None:
        frame = wire.ToWorker()
        frame.items.add().drain.reason = ""
        self.work.send(frame)

    def wait(self) -> int:
        return self.process.wait(LIMIT)

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait(LIMIT)
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.stdout.all()
        self.stderr.all()

    def __enter__(self) -> "SiloWorker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._stack.close()


def failed_start(
    adapter: str,
    *,
    stdin: bytes | None = None,
    endpoint: str = "tcp:127.0.0.1:0",
    parent: int | None = None,
    drop: str = "",
    path: Path | None = None,
) -> tuple[int, list[dict[str, Any]], str]:
    """Runs a worker that is expected not to become ready; gives its exit code, its lines and its stderr."""
    arguments = [part for part in command(adapter, endpoint, parent=parent) if not drop or part != drop]
    before = [str(path)] if path else []
    environment = {**ENVIRONMENT, "PYTHONPATH": os.pathsep.join([*before, ENVIRONMENT["PYTHONPATH"]])}
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin is not None
        stdout, stderr = Lines(process.stdout, "stdout"), Lines(process.stderr, "stderr")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(first_line() if stdin is None else stdin)
            process.stdin.flush()
        if stdin == b"":
            process.stdin.close()  # otherwise it stays open: its end would end the worker before it can tell why
        try:
            return process.wait(LIMIT), [json.loads(line) for line in stdout.all()], "\n".join(stderr.all())
        finally:
            process.kill()
