"""An adapter whose worker, asked to leave, waits for its calls as long as the slowest test."""

from basic import Basic
from snakepit_bridge.end import stopping

stopping.FINISH_SECONDS, stopping.TOTAL_SECONDS = 60.0, 70.0


class Patient(Basic):
    pass
