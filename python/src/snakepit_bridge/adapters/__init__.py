"""Module names of the Elixir system. Its own adapters are not part of this package."""
