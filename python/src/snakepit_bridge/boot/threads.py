"""What several threads in one worker need of the adapter's hooks, and what the interpreter makes of them."""

import logging
import sys
import sysconfig

from ..run.tools import ToolTable

_LOG = logging.getLogger(__name__)


def check_hooks(table: ToolTable, adapter: str, threads: int) -> None:
    """Raises TypeError for hooks that would let all calls take turns on the event loop, whatever the number of threads."""
    plain = any(not tool.is_async for tool in table.tools.values()) or (table.dynamic is not None and not table.dynamic_is_async)
    if threads > 1 and plain and table.hooks.need_loop:
        raise TypeError(
            f"Adapter '{adapter}' has an asynchronous initialize(), cleanup() or set_session_context() around plain tools, so "
            f"ThreadsPerWorker {threads} could not run them at once: make the hook a plain function, or set the pool's "
            "WorkerProfile to process."
        )


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
