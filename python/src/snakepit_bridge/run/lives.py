"""Adapters that live for one request: made before its hooks and left to its ``cleanup``."""

from collections.abc import Callable
from typing import Any

from .hooks import Hooks, own_hook


class Maker:
    """Makes the adapter of each request. The instance that proved at the start that it can be made serves the first request.

    Used by several threads without a lock: to take the first instance is one operation of a list.
    """

    def __init__(self, first: Any) -> None:
        self._unused = [first]
        self._type: Callable[[], Any] = type(first)

    def make(self) -> Any:
        try:
            return self._unused.pop()
        except IndexError:
            return self._type()

    def live(self) -> "Life":
        return Life(self)


class Life:
    """One request's adapter. It is made by the first hook, where the constructor's exceptions and its interruption count as the tool's."""

    __slots__ = ("_maker", "_adapter", "hooks")

    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._adapter: Any = None
        self.hooks = Hooks(self._initialize, self._cleanup, self._begin, around=True)

    def member(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(self._adapter, name)(*args, **kwargs)

        return call

    def _begin(self, context: Any) -> Any:
        self._adapter = self._maker.make()
        return self._hook("set_session_context", context)

    def _initialize(self) -> Any:
        return self._hook("initialize")

    def _cleanup(self) -> Any:
        return None if self._adapter is None else self._hook("cleanup")

    def _hook(self, name: str, *args: Any) -> Any:
        hook = own_hook(self._adapter, name)
        return None if hook is None else hook(*args)
