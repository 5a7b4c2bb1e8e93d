"""For adapters of the Elixir system."""

from .compat.logging_config import configure_logging as configure_logging, get_logger as get_logger
