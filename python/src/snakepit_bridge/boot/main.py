"""The order in which a worker starts, and the phase and exit code that the silo learns when a step fails."""

import faulthandler
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from ..end.exits import Exit
from ..end.watch import watch
from . import loading, logs, stacks
from .process import raise_oom_score, take_stdin, take_stdout
from .ready import announce, announce_failure
from .startup import BadStart, Place, Settings, parse_arguments, parse_settings, read_first_line

_LOG = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Returns the exit code of a graceful stop; every failure leaves from within."""
    ready_fd = take_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    # The silo asks for stacks before it kills a worker. This handler is C code: it works while a tool holds the interpreter lock.
    faulthandler.register(signal.SIGUSR2, all_threads=True, chain=False)
    on_leaving: list[Callable[[], None]] = []
    try:
        place, extra = parse_arguments(argv[1:])
        host_fd = take_stdin()
        settings = parse_settings(read_first_line(host_fd))
    except BadStart as error:
        _fail(ready_fd, "settings", error, Exit.USAGE)

    def leave() -> None:
        for step in on_leaving:
            step()

    watch(host_fd, leave)
    sys.argv = [argv[0], *extra]
    logs.install(settings.log_level)
    try:
        raise_oom_score(place.oom_score_adj)
    except (OSError, ValueError):
        _LOG.debug("oom_score_adj stays as it is", exc_info=True)  # a kernel or container may not offer it, and the worker runs without
    return _serve(ready_fd, place, settings, on_leaving)


def _serve(ready_fd: int, place: Place, settings: Settings, on_leaving: list[Callable[[], None]]) -> int:
    phase, code = "dependencies", Exit.DEPENDENCIES
    try:
        from . import dependencies  # imported here, because grpcio and protobuf may be missing and the ready line must say so

        dependencies.check()
        from ..compat.dialect import dialect_of
        from ..run.tools import build_table
        from .threads import check_hooks, shorten_turns, tell_of_interpreter
        from .worker import Worker

        phase, code = "import", Exit.ADAPTER
        source = loading.find(place.adapter)
        phase = "construct"
        table = build_table(loading.construct(source, settings.threads), place.adapter, dialect_of(source.target))
        check_hooks(table, place.adapter, settings.threads)
        shorten_turns(settings.threads)
        tell_of_interpreter(settings.threads)
        phase, code = "listen", Exit.LISTEN
        worker = Worker(place, settings, table)
        endpoint, work_endpoint = worker.listen()
        on_leaving.append(worker.remove_endpoint)
    except BaseException as error:  # also SystemExit: a module that calls sys.exit() while it is imported
        _fail(ready_fd, phase, error, code)
    gc.freeze()  # modules and models live as long as the worker; full collections need not walk them
    announce(ready_fd, endpoint, work_endpoint, stacks.offer())
    worker.run()
    sys.stdout.flush()
    return Exit.STOPPED


def _fail(ready_fd: int, phase: str, error: BaseException, code: Exit) -> NoReturn:
    announce_failure(ready_fd, phase, error)
    # Not sys.exit: threads that the adapter has started at its import would keep the failed worker alive.
    os._exit(code)
