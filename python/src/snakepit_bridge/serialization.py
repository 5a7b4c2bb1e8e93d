"""For adapters of the Elixir system."""

from .compat.serialization import (
    REPR_KEY as REPR_KEY,
    TYPE_KEY as TYPE_KEY,
    UNSERIALIZABLE_KEY as UNSERIALIZABLE_KEY,
    GracefulJSONEncoder as GracefulJSONEncoder,
    TypeSerializer as TypeSerializer,
)
