"""For adapters of the Elixir system."""

from .compat.session_context import SessionContext as SessionContext
