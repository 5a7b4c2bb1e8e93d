"""A handle on data of another process, as the Elixir system describes it."""

from collections.abc import Mapping
from typing import Any


class ZeroCopyRef:
    """The description only: no memory is shared between the host and Python. Large data travel as ``bytes`` arguments and results."""

    def __init__(self, payload: Mapping[str, Any]) -> None:
        self.payload = payload
        self.kind = payload.get("kind")
        self.device = payload.get("device")
        self.dtype = payload.get("dtype")
        self.shape = payload.get("shape")
        self.owner = payload.get("owner")
        self.ref = payload.get("ref")
        self.copy = payload.get("copy")
        self.bytes = payload.get("bytes")
        self.metadata = payload.get("metadata", {})

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "ZeroCopyRef":
        return cls(payload)

    def to_payload(self) -> dict[str, Any]:
        return dict(self.payload)

    def to_dict(self) -> dict[str, Any]:
        """What a caller gets when a tool returns it."""
        return self.to_payload()

    def __repr__(self) -> str:
        return f"<ZeroCopyRef kind={self.kind} device={self.device} ref={self.ref}>"
