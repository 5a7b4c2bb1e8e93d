"""The one line on stdout: the worker is ready and where it listens, or why it is not."""

import json
import os
import platform
import sys

from ..run.tracebacks import formatted, message
from ..version import PROTOCOL, __version__


def announce(fd: int, endpoint: str, work_endpoint: str | None, stacks: int | None = None) -> None:
    """Stacks is the descriptor of the file that gets them on request."""
    line: dict[str, object] = {
        "ready": True,
        "endpoint": endpoint,
        "pid": os.getpid(),
        "protocol": PROTOCOL,
        "python": platform.python_version(),
        "bridge": __version__,
    }
    if work_endpoint is not None:
        line["work_endpoint"] = work_endpoint
    if stacks is not None:
        line["stacks"] = stacks
    _write(fd, line)


def announce_failure(fd: int, phase: str, error: BaseException) -> None:
    text = formatted(error)
    sys.stderr.write(text)
    sys.stderr.flush()
    _write(
        fd,
        {"ready": False, "phase": phase, "type": type(error).__name__, "message": message(error), "traceback": text},
    )


def _write(fd: int, line: dict[str, object]) -> None:
    data = json.dumps(line).encode() + b"\n"
    try:
        while data:
            data = data[os.write(fd, data) :]
        os.close(fd)
    except OSError as error:
        # The silo is gone. The watch on stdin ends the worker.
        sys.stderr.write(f"ready line could not be written: {error}\n")
