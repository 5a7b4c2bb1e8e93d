"""The level of Python's log while an administrator wants to see more of it."""

import logging


class RunTimeLevel:
    """Used by one thread."""

    def __init__(self) -> None:
        self._own: int | None = None
        self._given = logging.NOTSET

    def change(self, word: str) -> None:
        """Lowers the level of the root logger to this one; an empty word, or a level that is no lower, leaves the logger its own."""
        root = logging.getLogger()
        # Where the adapter has set another level meanwhile, that one is the logger's own now.
        own = root.level if self._own is None or root.level != self._given else self._own
        wanted = logging.getLevelName(word.upper())
        if isinstance(wanted, int) and wanted < own:
            self._own, self._given = own, wanted
            root.setLevel(wanted)
        else:
            self._own = None
            root.setLevel(own)
