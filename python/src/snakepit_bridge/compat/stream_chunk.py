"""Items of a stream as the Elixir system's adapters wrap them."""

from collections.abc import Mapping
from typing import Any


class StreamChunk:
    """The caller gets ``data`` as one item. A stream ends when its generator ends, whatever ``is_final`` says.

    ``metadata`` of an item has no way to the caller; put it into ``data``.
    """

    def __init__(self, data: Any, is_final: bool = False, metadata: Mapping[str, Any] | None = None) -> None:
        self.data = data
        self.is_final = is_final
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"StreamChunk({self.data!r}, is_final={self.is_final!r})"


def unwrap(item: Any) -> Any:
    return item.data if isinstance(item, StreamChunk) else item


def unwrap_any(item: Any) -> Any:
    """Also of a class that an adapter has written itself. ``data`` alone does not tell: arrays have it too."""
    return item.data if hasattr(item, "is_final") and hasattr(item, "data") else item
