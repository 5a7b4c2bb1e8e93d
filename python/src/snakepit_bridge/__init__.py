"""The worker side of Snakepit: what adapter authors import."""

from .adapter import BaseAdapter, tool
from .run.context import ToolContext, current_context
from .run.interrupt import RequestCancelled
from .version import __version__

__all__ = ["BaseAdapter", "RequestCancelled", "ToolContext", "__version__", "current_context", "tool"]
