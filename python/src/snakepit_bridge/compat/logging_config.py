"""Loggers under the names of the Elixir system."""

import logging
import os
import sys

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "none": logging.CRITICAL + 1,
}
_VARIABLE = "SNAKEPIT_LOG_LEVEL"
_FORMAT = "%(asctime)s - [%(threadName)s] - %(name)s - %(levelname)s - %(message)s"
_OURS = "snakepit_bridge."


def configure_logging(force: bool = False) -> None:
    """Sets the level from ``SNAKEPIT_LOG_LEVEL``. Without the variable a worker keeps the level of its pool (``LogLevel``).

    A worker writes its records as it does already, with the request's id; ``force`` takes away handlers of others only. In a process
    that has no handler yet, records go to standard error, of errors only without the variable.
    """
    root = logging.getLogger()
    own = [handler for handler in root.handlers if type(handler).__module__.startswith(_OURS)]
    if force and own:
        root.handlers[:] = own
    elif not own:
        logging.basicConfig(level=logging.ERROR, format=_FORMAT, stream=sys.stderr, force=force)
    word = os.environ.get(_VARIABLE, "").strip().lower()
    if word in _LEVELS:
        root.setLevel(_LEVELS[word])


def get_logger(name: str) -> logging.Logger:
    """A logger below ``snakepit``."""
    if name.startswith(_OURS):
        return logging.getLogger(f"snakepit.bridge.{name.removeprefix(_OURS)}")
    return logging.getLogger(name if name.startswith("snakepit.") else f"snakepit.{name}")
