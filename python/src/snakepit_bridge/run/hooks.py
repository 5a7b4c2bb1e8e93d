"""What an adapter wants to run around its requests and at its end."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..adapter import BaseAdapter


@dataclass(frozen=True)
class Hooks:
    """What runs around each request; None unless the adapter has its own."""

    initialize: Callable[[], Any] | None = None
    cleanup: Callable[[], Any] | None = None
    set_session_context: Callable[[Any], Any] | None = None
    end_session: Callable[[str, str], Any] | None = None
    shutdown: Callable[[], Any] | None = None
    around: bool = False  # anything to run per request
    need_loop: bool = False


def own_hook(adapter: Any, name: str) -> Any:
    function = getattr(type(adapter), name, None)
    return getattr(adapter, name) if function not in (None, getattr(BaseAdapter, name, None)) else None


def read_hooks(adapter: Any) -> Hooks:
    initialize, cleanup, session = (own_hook(adapter, name) for name in ("initialize", "cleanup", "set_session_context"))
    around = [hook for hook in (initialize, cleanup, session) if hook is not None]
    return Hooks(
        initialize,
        cleanup,
        session,
        own_hook(adapter, "end_session"),
        own_hook(adapter, "shutdown"),
        around=bool(around),
        need_loop=any(inspect.iscoroutinefunction(hook) for hook in around),
    )
