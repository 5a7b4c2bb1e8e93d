"""Checks that the two packages that the link needs are installed and new enough."""

import importlib
import sys

_NEEDED = (("grpcio", "grpc", (1, 51)), ("protobuf", "google.protobuf", (4, 21)))


class DependencyProblem(Exception):
    """grpcio or protobuf is missing or too old."""


def check() -> None:
    for package, module_name, least in _NEEDED:
        wanted = ".".join(map(str, least))
        try:
            module = importlib.import_module(module_name)
        except ImportError as error:
            raise DependencyProblem(f"Python package '{package}' cannot be imported ({error}). {_advice()}") from error
        found: str = getattr(module, "__version__", "0")
        if _numbers(found) < least:
            raise DependencyProblem(f"Python package '{package}' is {found}; at least {wanted} is needed. {_advice()}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _advice() -> str:
    packages = " ".join(f"'{package}>={'.'.join(map(str, least))}'" for package, _, least in _NEEDED)
    return f"Install: {sys.executable} -m pip install {packages}"
