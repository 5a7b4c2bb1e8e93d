"""Tools that do not end by themselves."""

import asyncio
import threading
import time

from saying import announce

from snakepit_bridge import RequestCancelled


class OwnError(Exception):
    pass


def _refuse() -> None:
    try:
        announce("stubborn")  # within: the cancel may come at once
        time.sleep(60)
    except RequestCancelled:
        raise OwnError("while leaving") from None


def wait(how: str) -> None:
    if how == "stubborn":
        _refuse()
    announce(how)
    if how == "sleep":
        time.sleep(60)
    elif how == "loop":
        while True:
            pass
    elif how == "lock":
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
    elif how == "asyncio.run":
        asyncio.run(asyncio.sleep(60))
