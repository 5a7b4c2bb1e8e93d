"""Plain functions, no class."""

from snakepit_bridge import tool


@tool
def triple(number: int) -> int:
    return 3 * number


def not_a_tool() -> None:
    raise AssertionError("never called")


def cleanup() -> None:
    raise AssertionError("a module's function is no hook")
