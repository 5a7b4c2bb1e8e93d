"""An adapter that takes its time, as one that loads a model does."""

import os
import time

from snakepit_bridge import BaseAdapter, tool


class Slow(BaseAdapter):
    def __init__(self) -> None:
        while not os.path.exists(os.environ["START_GATE"]):
            time.sleep(0.01)

    @tool
    def hello(self) -> str:
        return "hello"
