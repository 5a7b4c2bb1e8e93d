"""For adapters of the Elixir system."""

from .compat.zero_copy import ZeroCopyRef as ZeroCopyRef
