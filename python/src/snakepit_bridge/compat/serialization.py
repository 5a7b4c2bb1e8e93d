"""Values without JSON form, under the names of the Elixir system."""

import json
from typing import Any

from .absent import absent
from .graceful import graceful
from .markers import REPR_KEY, TYPE_KEY, UNSERIALIZABLE_KEY

__all__ = ["REPR_KEY", "TYPE_KEY", "UNSERIALIZABLE_KEY", "GracefulJSONEncoder", "TypeSerializer"]

_MAX_ELEMENTS = 1_000_000


class GracefulJSONEncoder(json.JSONEncoder):
    """For ``json.dumps(..., cls=GracefulJSONEncoder)``: the next conversion that works, else a marker."""

    def default(self, o: Any) -> Any:
        return graceful(o, _MAX_ELEMENTS)


class TypeSerializer:
    """Messages of the Elixir system's contract. The worker encodes what a tool returns; an adapter has nothing to encode."""

    @staticmethod
    def encode_any(value: Any, var_type: str) -> Any:
        raise absent("TypeSerializer.encode_any()", "return the value from the tool; the worker encodes it.")

    @staticmethod
    def decode_any(any_msg: Any, binary_data: bytes | None = None) -> Any:
        raise absent("TypeSerializer.decode_any()", "arguments arrive decoded.")
