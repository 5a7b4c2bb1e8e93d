"""Stands in for the real package: as much of it as workers use. An adapter of the tests puts it on its path."""
