"""An adapter that takes its time to leave: until the test opens a gate."""

import os
import time

from basic import Basic
from snakepit_bridge.end import stopping

stopping.TOTAL_SECONDS = 60.0  # as long as the slowest test needs to open the gate


class Farewell(Basic):
    def shutdown(self) -> None:
        path = os.environ["FAREWELL"]
        open(f"{path}.begun", "w").close()
        while not os.path.exists(f"{path}.gate"):
            time.sleep(0.005)
        open(f"{path}.ended", "w").close()
