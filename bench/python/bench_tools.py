"""The one tool that both sides of the bench call."""

from snakepit_bridge import tool


@tool
def echo(text: str) -> str:
    return text
