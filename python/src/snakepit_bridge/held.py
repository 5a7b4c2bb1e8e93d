"""Answers that are ready while a tool runs."""

from .tickets import Outcome


class Held:
    """Answers behind a running tool. Whoever takes them sends them."""

    __slots__ = ("answers", "_free")

    def __init__(self, answers: list[Outcome]) -> None:
        self.answers = answers
        self._free = [True]

    def take(self) -> bool:
        try:
            return self._free.pop()
        except IndexError:
            return False
