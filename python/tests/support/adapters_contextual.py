"""An adapter whose tools leave something in a context variable."""

from collections.abc import Iterator
from contextvars import ContextVar

from snakepit_bridge import BaseAdapter, tool

_TENANT: ContextVar[str] = ContextVar("tenant", default="")


class Contextual(BaseAdapter):
    __thread_safe__ = True

    @tool
    def exchange(self, tenant: str) -> str:
        """What it finds; leaves its own behind."""
        found = _TENANT.get()
        _TENANT.set(tenant)
        return found

    @tool
    def exchange_three(self, tenant: str) -> Iterator[str]:
        for _ in range(3):
            found = _TENANT.get()
            _TENANT.set(tenant)
            yield found
