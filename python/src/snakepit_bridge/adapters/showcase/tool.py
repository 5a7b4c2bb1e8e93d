"""For adapters of the Elixir system."""

from ...compat.stream_chunk import StreamChunk as StreamChunk
