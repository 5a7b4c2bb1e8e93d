"""Watches which threads call which functions, and warns of what is known to be unsafe."""

import functools
import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

from .base_adapter_threaded import require_thread_safe, validate_thread_safety

_F = TypeVar("_F", bound=Callable[..., Any])

_LOG = logging.getLogger("snakepit.bridge.threads")

_UNSAFE = {
    "matplotlib": "pyplot keeps one current figure for all threads; use Figure objects",
    "sqlite3": "a connection belongs to the thread that made it; open one in each thread",
    "pandas": "writing to a DataFrame while another thread reads it is not safe; copy it or take a lock",
}


class ThreadSafetyChecker:
    """Warnings come once for each cause. With ``strict_mode`` they are ``RuntimeError`` instead."""

    UNSAFE_LIBRARIES = _UNSAFE

    def __init__(self, enabled: bool = True, strict_mode: bool = False) -> None:
        self.enabled = enabled
        self.strict_mode = strict_mode
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.access_map: dict[str, set[int]] = {}
            self.warnings_issued: set[str] = set()
            self.thread_stats: dict[int, dict[str, Any]] = {}
            self.start_time = time.monotonic()

    def check_method_access(self, method_name: str, caller_frame: Any = None) -> None:
        if not self.enabled:
            return
        thread = threading.get_ident()
        with self._lock:
            threads = self.access_map.setdefault(method_name, set())
            threads.add(thread)
            stats = self._stats(thread)
            stats["calls"] += 1
            stats["methods"].add(method_name)
            count = len(threads)
        if count > 1:
            self._warn(f"{method_name}_concurrent", f"'{method_name}' was called by {count} threads; what it writes needs a lock.")

    def check_library_safety(self, imported_modules: Iterable[str] | None = None) -> list[str]:
        """What was found, in one sentence for each library."""
        if not self.enabled:
            return []
        modules = set(sys.modules if imported_modules is None else imported_modules)
        found = [f"Library '{name}' is imported: {why}." for name, why in _UNSAFE.items() if name in modules]
        for sentence in found:
            self._warn(sentence, sentence)
        return found

    @contextmanager
    def track_execution(self, method_name: str) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            if self.enabled:
                with self._lock:
                    self._stats(threading.get_ident())["total_time"] += time.monotonic() - begun

    def get_report(self) -> dict[str, Any]:
        with self._lock:
            concurrent = {name: len(threads) for name, threads in self.access_map.items() if len(threads) > 1}
            return {
                "enabled": self.enabled,
                "strict_mode": self.strict_mode,
                "total_runtime": time.monotonic() - self.start_time,
                "warnings_issued": len(self.warnings_issued),
                "warnings": sorted(self.warnings_issued),
                "concurrent_accesses": concurrent,
                "total_methods_tracked": len(self.access_map),
                "total_threads_seen": len(self.thread_stats),
                "thread_utilization": {
                    thread: {
                        "calls": stats["calls"],
                        "total_time": stats["total_time"],
                        "methods": sorted(stats["methods"]),
                        "avg_time_per_call": stats["total_time"] / stats["calls"] if stats["calls"] else 0.0,
                    }
                    for thread, stats in self.thread_stats.items()
                },
                "recommendations": [f"'{name}' runs on several threads: lock what it writes." for name in concurrent],
            }

    def _stats(self, thread: int) -> dict[str, Any]:
        return self.thread_stats.setdefault(thread, {"calls": 0, "total_time": 0.0, "methods": set()})

    def _warn(self, cause: str, sentence: str) -> None:
        with self._lock:
            if cause in self.warnings_issued:
                return
            self.warnings_issued.add(cause)
        if self.strict_mode:
            raise RuntimeError(sentence)
        _LOG.warning(sentence)
        warnings.warn(sentence, RuntimeWarning, stacklevel=4)

    def __enter__(self) -> "ThreadSafetyChecker":
        self.reset()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.enabled:
            _LOG.info("thread safety: %s", self.get_report())


_checker = ThreadSafetyChecker(enabled=False)


def enable_checking(strict_mode: bool = False) -> None:
    global _checker
    _checker = ThreadSafetyChecker(enabled=True, strict_mode=strict_mode)


def disable_checking() -> None:
    _checker.enabled = False


def get_global_checker() -> ThreadSafetyChecker:
    return _checker


def check_thread_safe(function: _F) -> _F:
    @functools.wraps(function)
    def around(*args: Any, **kwargs: Any) -> Any:
        _checker.check_method_access(function.__name__)
        with _checker.track_execution(function.__name__):
            return function(*args, **kwargs)

    return around  # type: ignore[return-value]


require_thread_safe_adapter = require_thread_safe


def validate_adapter_thread_safety(adapter_class: type) -> bool:
    """Raises ``ValueError`` in strict mode."""
    if validate_thread_safety(adapter_class):
        return True
    if _checker.strict_mode:
        raise ValueError(f"Adapter {adapter_class.__name__} does not declare __thread_safe__ = True. Declare it if the code is safe.")
    return False


def check_common_pitfalls(adapter_instance: Any) -> list[str]:
    found = []
    mutable = [
        name
        for name, value in getattr(adapter_instance, "__dict__", {}).items()
        if not name.startswith("_") and isinstance(value, (list, dict, set))
    ]
    if mutable and not hasattr(adapter_instance, "_lock"):
        found.append(f"Mutable attributes without a lock: {', '.join(mutable)}.")
    if not hasattr(type(adapter_instance), "__thread_safe__"):
        found.append(f"Adapter {type(adapter_instance).__name__} does not declare __thread_safe__.")
    return [*found, *_checker.check_library_safety()]


def print_thread_safety_report() -> None:
    """Into the log."""
    _LOG.info("thread safety: %s", _checker.get_report())
