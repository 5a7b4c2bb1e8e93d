"""A worker's memory, threads and load, as every pong carries them."""

import os
import threading
import time
from typing import Any

from ..work.ledger import Ledger

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def write_vitals(body: Any, ledger: Ledger) -> None:
    started = [ticket.started for ticket in list(ledger.running.values()) if ticket.started]
    body.rss_bytes = _resident_bytes()
    body.served = ledger.served
    body.in_flight = ledger.in_flight()
    body.busy_us = (time.monotonic_ns() - min(started)) // 1000 if started else 0
    body.threads = _threads()


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except OSError:  # not Linux: the host measures from outside
        return 0


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()
