"""Runs one request: bind, hooks, tool, encode. Every way to fail ends in an Outcome; no method raises."""

import asyncio
import inspect
import logging
import time
from collections.abc import Callable
from typing import Any

from ..codec import wire
from ..codec.conversion import Streamed
from ..codec.encoding import Encoder, NotEncodable
from . import tracing
from .arguments import Call, bind, streamed
from .context import ReportProgress, ToolContext, set_context
from .failures import FailureReport, Rejection, internal, raised
from .interrupt import Interrupter, RequestCancelled
from .outcomes import Outcome, cancelled, late
from .sessions import OpenSessions, Visit
from .tickets import Ticket
from .tools import ToolTable
from .tracebacks import formatted, type_name

_LOG = logging.getLogger(__name__)

_monotonic_ns = time.monotonic_ns

_Begun = tuple[Call, ToolContext, Visit | None]


class Execution:
    """Runs requests on one thread. A worker has one for each thread that runs tools."""

    def __init__(
        self,
        table: ToolTable,
        encoder: Encoder,
        interrupter: Interrupter,
        sessions: OpenSessions,
        report_progress: ReportProgress,
        ask_for_recycle: Callable[[str], None],
    ) -> None:
        self._table = table
        self._make_context = table.dialect.context
        self._encoder = encoder
        self._interrupter = interrupter
        self._sessions = sessions
        self._report_progress = report_progress
        self._ask_for_recycle = ask_for_recycle

    def run(self, ticket: Ticket) -> Outcome:
        """For tools and hooks without ``async``."""
        begun = self._begin(ticket)
        if isinstance(begun, Outcome):
            return begun
        call, context, visit = begun
        set_context(context)
        trace = tracing.attach(ticket.execute)
        interrupter = self._interrupter
        try:
            if call.hooks.around:
                value = interrupter.call(ticket, self._run_between_hooks, (call, context), {})
            else:
                value = interrupter.call(ticket, call.function, call.args, call.kwargs)
        except BaseException as error:  # also SystemExit: a tool does not end the worker
            interrupter.disarm()  # the exception may have hit the first attempt to disarm
            return Outcome(ticket, failure=failed(ticket, error))
        finally:
            if call.hooks.cleanup is not None:
                guard_cleanup(call.hooks.cleanup)
            tracing.detach(trace)
            set_context(None)
        return self._encoded(ticket, value, visit)

    async def run_async(self, ticket: Ticket) -> Outcome:
        """For requests whose tool or hooks are ``async``."""
        begun = self._begin(ticket)
        if isinstance(begun, Outcome):
            return begun
        call, context, visit = begun
        set_context(context)
        trace = tracing.attach(ticket.execute)
        task = asyncio.current_task()
        try:
            value = await self._call_async(ticket, call, context)
        except BaseException as error:
            self._interrupter.disarm()
            leave_task(ticket, task)
            return Outcome(ticket, failure=failed(ticket, error))
        finally:
            leave_task(ticket, task)
            await self._clean_up_async(call)
            tracing.detach(trace)
        return self._encoded(ticket, value, visit)

    def _begin(self, ticket: Ticket) -> _Begun | Outcome:
        ticket.started = _monotonic_ns()
        if ticket.deadline and ticket.started >= ticket.deadline:
            return Outcome(ticket, failure=late(ticket))
        execute = ticket.execute
        session_id, visit = execute.session_id, None
        if session_id:
            visit = self._sessions.arrived(session_id, wire.SESSION_MOVES.get(execute.session_moved, "new"))
        context = self._make_context(ticket, visit, self._report_progress, self._ask_for_recycle)
        try:
            return bind(self._table, execute, context), context, visit
        except Rejection as rejection:
            return Outcome(ticket, failure=rejection.report)
        except Exception as error:
            _LOG.exception("request could not be bound")
            return Outcome(ticket, failure=internal(error, started=False))

    def _run_between_hooks(self, call: Call, context: ToolContext) -> Any:
        hooks = call.hooks
        if hooks.set_session_context is not None:
            hooks.set_session_context(context)
        if hooks.initialize is not None:
            hooks.initialize()
        return call.function(*call.args, **call.kwargs)

    async def _call_async(self, ticket: Ticket, call: Call, context: ToolContext) -> Any:
        """The hooks before the tool, then the tool. From here on a cancel reaches the task."""
        ticket.task = asyncio.current_task()
        if ticket.cancelled:
            raise RequestCancelled
        hooks = call.hooks
        for hook, args in ((hooks.set_session_context, (context,)), (hooks.initialize, ())):
            if hook is not None:
                await finished(hook(*args))
        return await finished(self._interrupter.call(ticket, call.function, call.args, call.kwargs))

    async def _clean_up_async(self, call: Call) -> None:
        if call.hooks.cleanup is not None:
            try:
                await finished(call.hooks.cleanup())
            except BaseException:
                _LOG.exception("cleanup() raised; the request's answer stands")
        set_context(None)

    def _encoded(self, ticket: Ticket, value: Any, visit: Visit | None) -> Outcome:
        try:
            data, attachments = self._encoder.encode(value)
        except NotEncodable as error:
            name = ticket.execute.tool
            message = f"Result of tool '{name}' cannot be encoded: {error}"
            report = FailureReport(wire.RESULT_NOT_ENCODABLE, message, path=error.path, started=True)
            return Outcome(ticket, failure=report)
        except Streamed:
            report = streamed(ticket.execute.tool).report
            return Outcome(ticket, failure=FailureReport(report.kind, report.message, started=True))
        if visit is not None:
            visit.succeeded()
        return Outcome(ticket, data, attachments)


def failed(ticket: Ticket, error: BaseException) -> FailureReport:
    # An exception of a tool that is being cancelled is a consequence of the cancel, not an error of its own.
    return cancelled(ticket, error) if ticket.cancelled else raised(error)


async def finished(value: Any) -> Any:
    # Before Python 3.12 asyncio takes every generator for a coroutine.
    return await value if asyncio.iscoroutine(value) and not inspect.isgenerator(value) else value


def leave_task(ticket: Ticket, task: "asyncio.Task[Any] | None") -> None:
    """A later cancel must not hit the clean-up, and a cancel that the tool swallowed must not hit the next ``await``."""
    ticket.task = None
    uncancel = getattr(task, "uncancel", None)  # Python 3.11 and newer
    if ticket.cancelled and uncancel is not None:
        while uncancel() > 0:
            pass


def guard_cleanup(cleanup: Callable[[], Any]) -> None:
    try:
        cleanup()
    except BaseException as error:
        _LOG.error("cleanup() raised %s; the request's answer stands\n%s", type_name(type(error)), formatted(error))
