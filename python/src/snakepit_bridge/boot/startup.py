"""What the host tells a worker: the command line and the first line of stdin."""

import argparse
import json
import os
import select
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

FIRST_LINE_SECONDS = 30.0
FIRST_LINE_BYTES = 1 << 20
DEFAULT_MESSAGE_BYTES = 64 << 20
DEFAULT_ARRAY_ELEMENTS = 1_000_000


class BadStart(Exception):
    """The command line or the first line of stdin is wrong."""


@dataclass(frozen=True)
class Place:
    """Which worker this is and where it listens."""

    adapter: str
    endpoint: str
    parent_pid: int
    pool: str
    slot: int
    generation: int
    instance_name: str
    run_id: str
    oom_score_adj: int = 0  # added to the inherited one


@dataclass(frozen=True)
class Settings:
    """First line of stdin. Tokens stay out of the command line, where every user of the host could read them."""

    silo_token: str = field(repr=False)
    worker_token: str = field(repr=False)
    capacity: int = 1
    threads: int = 1
    carrier: str = "grpc"  # of the work stream; "framed" where the silo offers it
    log_level: str = "info"
    max_message_bytes: int = DEFAULT_MESSAGE_BYTES
    max_array_elements: int = DEFAULT_ARRAY_ELEMENTS


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadStart(f"Command line of the worker: {message}")


def parse_arguments(argv: Sequence[str]) -> tuple[Place, list[str]]:
    """Returns the worker's place and the arguments that belong to the adapter: those after '--', whatever they look like."""
    parser = _Parser(prog="snakepit_bridge", allow_abbrev=False)
    for name in ("adapter", "endpoint", "pool", "instance-name", "run-id"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("parent-pid", "slot", "generation"):
        parser.add_argument(f"--{name}", required=True, type=int)
    parser.add_argument("--oom-score-adj", type=int, default=0)
    end = argv.index("--") if "--" in argv else len(argv)
    return Place(**vars(parser.parse_args(argv[:end]))), list(argv[end + 1 :])


def read_first_line(fd: int, seconds: float = FIRST_LINE_SECONDS) -> bytes:
    """Reads exactly one line; what follows it stays for the watcher."""
    limit = time.monotonic() + seconds
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([fd], [], [], max(0.0, limit - time.monotonic()))
        if not ready:
            raise BadStart(f"The first line of stdin did not arrive within {seconds:g} s.")
        # One byte at a time: a pipe cannot be read ahead, and the rest is the watch's. Once per process, a few hundred bytes.
        byte = os.read(fd, 1)
        if not byte:
            raise BadStart("stdin ended before its first line was complete; the silo that starts a worker writes it.")
        line += byte
        if len(line) > FIRST_LINE_BYTES:
            raise BadStart(f"The first line of stdin is longer than {FIRST_LINE_BYTES} bytes.")
    return line


def parse_settings(line: bytes) -> Settings:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise BadStart(f"The first line of stdin is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadStart("The first line of stdin must be a JSON object.")
    extra = data.get("settings") or {}
    if not isinstance(extra, dict):
        raise BadStart("'settings' in the first line of stdin must be a JSON object.")
    return Settings(
        silo_token=_text(data, "silo_token"),
        worker_token=_text(data, "worker_token"),
        capacity=_count(data, "capacity", 1),
        threads=_count(data, "threads", 1),
        carrier=_text(data, "carrier", "grpc"),
        log_level=_text(extra, "log_level", "info"),
        max_message_bytes=_count(extra, "max_message_bytes", DEFAULT_MESSAGE_BYTES),
        max_array_elements=_count(extra, "max_array_elements", DEFAULT_ARRAY_ELEMENTS),
    )


def _text(data: dict[str, Any], name: str, default: str = "") -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or not value:
        raise BadStart(f"'{name}' in the first line of stdin must be a text that is not empty.")
    return value


def _count(data: dict[str, Any], name: str, default: int) -> int:
    value = data.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadStart(f"'{name}' in the first line of stdin must be a number of at least 1, not {value!r}.")
    return value
