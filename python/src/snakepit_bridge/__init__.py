"""The worker side of Snakepit. Adapter authors import everything from here; the packages below are the worker's own."""

from .adapter import BaseAdapter, tool
from .run.context import ToolContext, current_context
from .run.interrupt import RequestCancelled
from .version import __version__

__all__ = ["BaseAdapter", "RequestCancelled", "ToolContext", "__version__", "current_context", "tool"]
