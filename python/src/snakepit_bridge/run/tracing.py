"""The caller's trace as the current context of OpenTelemetry, where the adapter's environment has that package.

The package of OpenTelemetry is not needed and not installed by us. It is imported when the first traced request comes, so that workers
without traced calls do not pay for it.
"""

import logging
from collections.abc import Callable
from typing import Any

_LOG = logging.getLogger(__name__)

_Attach = Callable[[dict[str, str]], Any]


class _Propagation:
    """How a carrier becomes the current context, and how it ceases to be."""

    def __init__(self, attach: _Attach, detach: Callable[[Any], object]) -> None:
        self.attach = attach
        self.detach = detach


_propagation: _Propagation | None = None
_looked = False


def attach(execute: Any) -> Any:
    """Makes the trace of a request the current one; returns what ``detach`` needs, or None when there is nothing to undo."""
    traceparent = execute.traceparent
    if not traceparent:
        return None
    propagation = _find()
    if propagation is None:
        return None
    carrier = {"traceparent": traceparent}
    if execute.tracestate:
        carrier["tracestate"] = execute.tracestate
    try:
        return propagation.attach(carrier)
    except Exception:  # a library that does not work must not keep the tool from running
        _LOG.exception("the trace of the request could not be made the current one")
        return None


def detach(token: Any) -> None:
    """Undoes ``attach``."""
    if token is None or _propagation is None:
        return
    try:
        _propagation.detach(token)
    except Exception:
        _LOG.exception("the trace of the request could not be left")


def ids(traceparent: str) -> tuple[str, str] | None:
    """Trace and span of a W3C trace context; None when it is none."""
    parts = traceparent.split("-")
    return (parts[1], parts[2]) if len(parts) >= 4 and len(parts[1]) == 32 and len(parts[2]) == 16 else None


def _find() -> _Propagation | None:
    global _propagation, _looked
    if not _looked:
        _propagation = _load()  # by several threads at once, perhaps: the import itself happens once
        _looked = True
    return _propagation


def _load() -> _Propagation | None:
    try:
        from opentelemetry import context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    except ImportError:
        return None
    except Exception:
        _LOG.exception("opentelemetry cannot be imported; tools run without a current trace")
        return None
    propagator = TraceContextTextMapPropagator()
    return _Propagation(lambda carrier: context.attach(propagator.extract(carrier)), context.detach)
