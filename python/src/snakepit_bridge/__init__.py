"""The worker side of Snakepit. Adapter authors import everything from here; the packages below are the worker's own.

The modules beside the packages, and the names after ``tool``, are for adapters of the Elixir system.
"""

from .adapter import BaseAdapter, tool
from .compat.heartbeat import HeartbeatClient, HeartbeatConfig
from .compat.logging_config import configure_logging, get_logger
from .compat.session_context import SessionContext
from .compat.zero_copy import ZeroCopyRef
from .run.context import ToolContext, current_context
from .run.interrupt import RequestCancelled
from .version import __version__

__all__ = [
    "BaseAdapter",
    "HeartbeatClient",
    "HeartbeatConfig",
    "RequestCancelled",
    "SessionContext",
    "ToolContext",
    "ZeroCopyRef",
    "__version__",
    "configure_logging",
    "current_context",
    "get_logger",
    "tool",
]
