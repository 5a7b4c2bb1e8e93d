"""Tools whose words command a terminal."""

from collections.abc import Iterator

from snakepit_bridge import BaseAdapter, tool

WORDS = "\x1b]0;owned\x07 \x9b2J \u202eback"


class Escaping(BaseAdapter):
    @tool
    def say(self) -> str:
        return WORDS

    @tool
    def raw(self) -> bytes:
        return WORDS.encode()

    @tool
    def fail(self) -> None:
        raise ValueError(WORDS)

    @tool
    def pages(self) -> Iterator[str]:
        yield WORDS
        raise ValueError(WORDS)

    @tool
    def shout(self) -> None:
        print("shouted", WORDS)
