"""Heartbeats under the names of the Elixir system. Here the silo asks its workers, so an adapter has nothing to send."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from .absent import absent

_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})


@dataclass(frozen=True)
class HeartbeatConfig:
    """Holds values and checks nothing. The pool's options decide (``HeartbeatInterval`` and its neighbours)."""

    enabled: bool = True
    interval_ms: int = 2_000
    timeout_ms: int = 10_000
    max_missed_heartbeats: int = 3
    initial_delay_ms: int = 0
    jitter_ms: int = 0
    dependent: bool = True

    @classmethod
    def from_mapping(cls, mapping: Mapping[Any, Any] | None = None, *, defaults: "HeartbeatConfig | None" = None) -> "HeartbeatConfig":
        """Names may be written in camel case. Unknown names and values that do not fit leave the default."""
        base = defaults or cls()
        known = {field.name for field in fields(cls)}
        given = {_snake(name): value for name, value in (mapping or {}).items()}
        return replace(base, **{name: _fit(value, getattr(base, name)) for name, value in given.items() if name in known})


class HeartbeatClient:
    """Can be made, so that code which holds one loads; it cannot be started."""

    def __init__(self, stub: Any, session_id: str, config: HeartbeatConfig | None = None, **_: Any) -> None:
        self._config = config or HeartbeatConfig()

    @property
    def config(self) -> HeartbeatConfig:
        return self._config

    def start(self) -> bool:
        """False when the configuration disables it."""
        if not self._config.enabled:
            return False
        raise absent("HeartbeatClient.start()", "the silo watches its workers itself. Remove the call.")

    async def ping_once(self) -> Any:
        raise absent("HeartbeatClient.ping_once()", "the silo watches its workers itself. Remove the call.")

    async def stop(self) -> None:
        """Nothing runs that could be stopped."""

    def status(self) -> dict[str, Any]:
        return {
            "enabled": self._config.enabled,
            "missed_heartbeats": 0,
            "last_ping_monotonic": None,
            "last_success_monotonic": None,
            "running": False,
            "dependent": self._config.dependent,
        }


def _snake(name: Any) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", str(name)).lower()


def _fit(value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return value.strip().lower() in _TRUE if isinstance(value, str) else bool(value)
    try:
        number = int(value)
    except (TypeError, ValueError):
        return default
    return number if number >= 0 else default
