"""For adapters of the Elixir system."""

from .compat.base_adapter import BaseAdapter as BaseAdapter, ToolMetadata as ToolMetadata, tool as tool
