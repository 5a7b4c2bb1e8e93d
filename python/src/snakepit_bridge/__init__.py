"""The worker side of Snakepit. Adapter authors import everything from here; the packages below are the worker's own.

The modules beside the packages, and the names after ``tool``, are for adapters of the Elixir system.
"""

from .adapter import BaseAdapter, ToolMetadata, tool
from .compat.base_adapter_threaded import (
    RequestTracker,
    ThreadLocalStorage,
    ThreadSafeAdapter,
    require_thread_safe,
    thread_safe_method,
    validate_thread_safety,
)
from .compat.heartbeat import HeartbeatClient, HeartbeatConfig
from .compat.logging_config import configure_logging, get_logger
from .compat.session_context import SessionContext
from .compat.thread_safety_checker import (
    ThreadSafetyChecker,
    check_common_pitfalls,
    check_thread_safe,
    disable_checking,
    enable_checking,
    get_global_checker,
    print_thread_safety_report,
    require_thread_safe_adapter,
    validate_adapter_thread_safety,
)
from .compat.zero_copy import ZeroCopyRef
from .run.context import ToolContext, current_context
from .run.interrupt import RequestCancelled
from .version import __version__

__all__ = [
    "BaseAdapter",
    "HeartbeatClient",
    "HeartbeatConfig",
    "RequestCancelled",
    "RequestTracker",
    "SessionContext",
    "ThreadLocalStorage",
    "ThreadSafeAdapter",
    "ThreadSafetyChecker",
    "ToolContext",
    "ToolMetadata",
    "ZeroCopyRef",
    "__version__",
    "check_common_pitfalls",
    "check_thread_safe",
    "configure_logging",
    "current_context",
    "disable_checking",
    "enable_checking",
    "get_global_checker",
    "get_logger",
    "print_thread_safety_report",
    "require_thread_safe",
    "require_thread_safe_adapter",
    "thread_safe_method",
    "tool",
    "validate_adapter_thread_safety",
    "validate_thread_safety",
]
