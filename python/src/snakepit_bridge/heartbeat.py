"""For adapters of the Elixir system."""

from .compat.heartbeat import HeartbeatClient as HeartbeatClient, HeartbeatConfig as HeartbeatConfig
