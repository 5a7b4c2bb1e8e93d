"""For adapters of the Elixir system."""

from .compat.telemetry import (
    CORRELATION_HEADER as CORRELATION_HEADER,
    GrpcBackend as GrpcBackend,
    StderrBackend as StderrBackend,
    TelemetryBackend as TelemetryBackend,
    correlation_filter as correlation_filter,
    emit as emit,
    get_backend as get_backend,
    get_correlation_id as get_correlation_id,
    get_tracer as get_tracer,
    is_enabled as is_enabled,
    new_correlation_id as new_correlation_id,
    otel_span as otel_span,
    outgoing_metadata as outgoing_metadata,
    reset_correlation_id as reset_correlation_id,
    set_backend as set_backend,
    set_correlation_id as set_correlation_id,
    setup_tracing as setup_tracing,
    span as span,
)
