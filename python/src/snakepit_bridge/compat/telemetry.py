"""Events of adapters. They go to the silo, unless the adapter sets another backend, and to the log at level debug."""

import json
import logging
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..run.context import running_context
from ..run.telemetry import make_event, send
from .correlation import (
    CORRELATION_HEADER,
    correlation_filter,
    get_correlation_id,
    new_correlation_id,
    outgoing_metadata,
    reset_correlation_id,
    set_correlation_id,
)

__all__ = [
    "CORRELATION_HEADER",
    "GrpcBackend",
    "StderrBackend",
    "TelemetryBackend",
    "correlation_filter",
    "emit",
    "get_backend",
    "get_correlation_id",
    "get_tracer",
    "is_enabled",
    "new_correlation_id",
    "otel_span",
    "outgoing_metadata",
    "reset_correlation_id",
    "set_backend",
    "set_correlation_id",
    "setup_tracing",
    "span",
]

_LOG = logging.getLogger("snakepit.telemetry")


class TelemetryBackend(ABC):
    """Takes the events of one worker. Any thread of a tool may call it."""

    @abstractmethod
    def emit(
        self,
        event_name: str,
        measurements: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> None: ...

    def close(self) -> None:
        """Nothing to close unless overridden."""


class StderrBackend(TelemetryBackend):
    """One line of JSON for each event on standard error, which the silo takes into the worker's log."""

    def emit(
        self,
        event_name: str,
        measurements: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> None:
        event = {
            "event": event_name,
            "measurements": dict(measurements),
            "metadata": dict(metadata or {}),
            "timestamp_ns": time.time_ns(),
            "correlation_id": correlation_id,
        }
        print("TELEMETRY:" + json.dumps(event, default=str), file=sys.stderr, flush=True)


class GrpcBackend(TelemetryBackend):
    """To the silo, over the worker's own link; docs/telemetry-python.md says what becomes of an event there. It needs no stream."""

    def __init__(self, stream: Any = None) -> None:
        del stream

    def emit(
        self,
        event_name: str,
        measurements: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> None:
        texts = {"correlation_id": correlation_id, **(metadata or {})} if correlation_id else metadata or {}
        context = running_context()
        if context is None:
            send(make_event(event_name, measurements, texts))
        else:
            send(make_event(event_name, measurements, texts, context.traceparent, context.request_id))


_backend: TelemetryBackend | None = GrpcBackend()


def set_backend(backend: TelemetryBackend | None) -> None:
    """For the whole worker; the silo gets what goes to ``GrpcBackend()``. None: events go to the log at level debug only."""
    global _backend
    _backend = backend


def get_backend() -> TelemetryBackend | None:
    return _backend


def is_enabled() -> bool:
    """True when a backend takes the events."""
    return _backend is not None


def emit(
    event: str,
    measurements: Mapping[str, Any],
    metadata: Mapping[str, Any] | None = None,
    correlation_id: str | None = None,
) -> None:
    """The id of the running call is taken when none is given."""
    correlation_id = correlation_id or get_correlation_id()
    if _LOG.isEnabledFor(logging.DEBUG):
        _LOG.debug("%s %s %s", event, dict(measurements), dict(metadata or {}))
    if _backend is not None:
        _backend.emit(event, measurements, metadata, correlation_id)


@contextmanager
def span(operation: str, metadata: Mapping[str, Any] | None = None, correlation_id: str | None = None) -> Iterator[None]:
    """Emits ``<operation>.start``, and ``.stop`` or ``.exception`` with the duration in nanoseconds."""
    emit(f"{operation}.start", {"system_time": time.time_ns()}, metadata, correlation_id)
    begun = time.monotonic_ns()
    try:
        yield
    except BaseException as error:  # a call that is cancelled or interrupted ends its spans, too
        told = {**(metadata or {}), "error_type": type(error).__name__, "error_message": str(error)}
        emit(f"{operation}.exception", {"duration": time.monotonic_ns() - begun}, told, correlation_id)
        raise
    emit(f"{operation}.stop", {"duration": time.monotonic_ns() - begun}, metadata, correlation_id)


def setup_tracing() -> None:
    """Sets nothing up, which the log says once: the silo makes the spans of ``span`` and ``otel_span`` and sends them to its exporters."""
    _LOG.info("setup_tracing() has nothing to do: the silo exports the spans of this worker (Snakepit:OpenTelemetry)")


def get_tracer() -> None:
    """None: there is no tracer in this process. Use ``span``."""


@contextmanager
def otel_span(name: str, **_: Any) -> Iterator[None]:
    """As ``span``. What else the Elixir system's function takes is ignored."""
    with span(name):
        yield
