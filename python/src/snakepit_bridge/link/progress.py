"""Progress of running tools on its way to the silo."""

import time
from typing import Any, NamedTuple

from ..run.context import Request

_PAUSE_NS = 100_000_000  # between two frames with progress

_monotonic_ns = time.monotonic_ns


class _Report(NamedTuple):
    elapsed_us: int
    fraction: float | None
    message: str


class ProgressBoard:
    """The latest report of each request since the last frame. Any thread notes; the writer of the control stream sends."""

    def __init__(self) -> None:
        self._latest: dict[tuple[int, int, int], _Report] = {}
        self._due = 0

    def note(self, request: Request, fraction: float | None, message: str) -> None:
        self._latest[request.key] = _Report((_monotonic_ns() - request.started) // 1000, fraction, message)

    def pause(self) -> float | None:
        """Seconds until the reports may be sent; None when there is none."""
        return max(0, self._due - _monotonic_ns()) / 1e9 if self._latest else None

    def write(self, frame: Any) -> None:
        """Adds the reports to the frame, unless the last ones were sent just now."""
        if not self._latest or _monotonic_ns() < self._due:
            return
        self._due = _monotonic_ns() + _PAUSE_NS
        for key in list(self._latest):
            report = self._latest.pop(key)  # no other thread takes one out
            body = frame.items.add().progress
            body.generation, body.request_id, body.attempt = key
            body.elapsed_us = report.elapsed_us
            body.message = report.message.encode("utf-8", "backslashreplace").decode()  # lone surrogates would end the stream
            if report.fraction is not None:
                body.fraction = report.fraction
