"""An adapter that cannot be constructed."""

from snakepit_bridge import BaseAdapter


class Broken(BaseAdapter):
    def __init__(self) -> None:
        raise RuntimeError("the model file is missing")
