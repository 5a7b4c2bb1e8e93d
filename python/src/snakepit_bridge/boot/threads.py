"""What several threads in one worker need of the adapter's hooks and of the interpreter."""

import logging
import sys
import sysconfig

from ..run.tools import ToolTable

_LOG = logging.getLogger(__name__)

_ROUND_SECONDS = 0.005  # CPython's turn of one thread
_SHORTEST_TURN_SECONDS = 0.0001  # below, changing threads costs more than it gives


def check_hooks(table: ToolTable, adapter: str, threads: int) -> None:
    """Raises TypeError for hooks that would let all calls take turns on the event loop, whatever the number of threads."""
    plain = any(not tool.is_async for tool in table.tools.values()) or (table.dynamic is not None and not table.dynamic_is_async)
    if threads > 1 and plain and table.hooks.need_loop:
        raise TypeError(
            f"Adapter '{adapter}' has an asynchronous initialize(), cleanup() or set_session_context() around plain tools, so "
            f"ThreadsPerWorker {threads} could not run them at once: make the hook a plain function, or set the pool's "
            "WorkerProfile to process."
        )


def shorten_turns(threads: int) -> None:
    """Lets all threads that compute take one turn each in the time that CPython gives to one of them.

    Whatever a worker does beside its tools waits for a turn several times: to answer a heartbeat, to begin a cancel, to send a result. With
    15 tools that compute and turns of 5 ms a heartbeat took 0.5 to 1.2 s; with turns of 0.3 ms it took 5 to 170 ms, and the tools took as
    long as before. An interval that the adapter has set stays.
    """
    if threads > 1 and sys.getswitchinterval() == _ROUND_SECONDS:
        sys.setswitchinterval(max(_ROUND_SECONDS / threads, _SHORTEST_TURN_SECONDS))


def tell_of_interpreter(threads: int) -> None:
    """Logs whether the threads of a free-threaded interpreter (PEP 703) run Python code at the same time."""
    if threads == 1 or not sysconfig.get_config_var("Py_GIL_DISABLED"):
        return
    is_locked = getattr(sys, "_is_gil_enabled", None)
    if is_locked is None or not is_locked():
        _LOG.info("free-threaded interpreter: %d threads run Python code at the same time", threads)
    else:
        _LOG.warning(
            "free-threaded interpreter with its global lock on: %d threads take turns in Python code, because an extension module "
            "that was imported, or PYTHON_GIL, asks for the lock",
            threads,
        )
