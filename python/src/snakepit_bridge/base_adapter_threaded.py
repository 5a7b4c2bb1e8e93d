"""For adapters of the Elixir system."""

from .compat.base_adapter_threaded import (
    RequestTracker as RequestTracker,
    ThreadLocalStorage as ThreadLocalStorage,
    ThreadSafeAdapter as ThreadSafeAdapter,
    ToolMetadata as ToolMetadata,
    require_thread_safe as require_thread_safe,
    thread_safe_method as thread_safe_method,
    tool as tool,
    validate_thread_safety as validate_thread_safety,
)
