"""For adapters of the Elixir system that take ``StreamChunk`` from here."""
