"""Runs one request as a stream: each item of its tool becomes a chunk, as long as the reader's credit lasts."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from ..codec import wire
from ..codec.conversion import Streamed
from ..codec.encoding import NotEncodable
from . import tracing
from .context import set_context
from .execution import Execution, failed, guard_cleanup, leave_task
from .failures import FailureReport
from .interrupt import RequestCancelled
from .outcomes import Chunk, Outcome, Part, size_of
from .sessions import Visit
from .tickets import Ticket
from .tracebacks import formatted, type_name

_LOG = logging.getLogger(__name__)

_END = object()


class _Unsendable(Exception):
    """An item that has no wire form."""

    def __init__(self, report: FailureReport) -> None:
        super().__init__(report.message)
        self.report = report


class Streaming(Execution):
    """An execution that can stream as well."""

    def stream(self, ticket: Ticket) -> Generator[Part, None, None]:
        """For tools and hooks without ``async``. Ends with the outcome, unless it is closed before."""
        begun = self._begin(ticket)
        if isinstance(begun, Outcome):
            yield begun
            return
        call, context, visit = begun
        set_context(context)
        trace = tracing.attach(ticket.execute)
        interrupter, credit = self._interrupter, ticket.credit
        assert credit is not None
        items: Any = None
        failure: FailureReport | None = None
        sent = 0
        try:
            function, args, kwargs, hooks = call
            if hooks.around:
                function, args, kwargs = self._run_between_hooks, (call, context), {}
            items = _iterator(ticket, interrupter.call(ticket, function, args, kwargs))
            # Armed for each item alone: between two items the thread encodes and sends, and an exception there would hit our code.
            while (item := interrupter.call(ticket, next, (items, _END), {})) is not _END:
                chunk = self._chunk(ticket, sent, item)
                if not credit.take(size_of(chunk)):
                    raise RequestCancelled
                yield chunk
                sent += 1
        except GeneratorExit:
            raise  # the link is gone: no outcome can be sent
        except BaseException as error:
            interrupter.disarm()  # the exception may have hit the first attempt to disarm
            failure = _report(ticket, error)
        finally:
            _close(items)
            if call.hooks.cleanup is not None:
                guard_cleanup(call.hooks.cleanup)
            tracing.detach(trace)
            set_context(None)
        yield self._ended(ticket, failure, sent, visit)

    async def stream_async(self, ticket: Ticket, emit: Callable[[Chunk], object]) -> Outcome:
        """For requests whose tool or hooks are ``async``, and for plain generators on a thread that also runs an event loop."""
        begun = self._begin(ticket)
        if isinstance(begun, Outcome):
            return begun
        call, context, visit = begun
        set_context(context)
        trace = tracing.attach(ticket.execute)
        task, credit = asyncio.current_task(), ticket.credit
        assert credit is not None
        items: Any = None
        failure: FailureReport | None = None
        sent = 0
        try:
            items = _any_iterator(await self._call_async(ticket, call, context))
            while (item := await self._next(ticket, items)) is not _END:
                chunk = self._chunk(ticket, sent, item)
                if not await credit.take_async(size_of(chunk)):
                    raise RequestCancelled
                emit(chunk)
                sent += 1
                await asyncio.sleep(0)  # lets other calls on this loop go on, also when this tool always has an item ready
        except BaseException as error:
            self._interrupter.disarm()
            failure = _report(ticket, error)
        finally:
            leave_task(ticket, task)
            await _close_async(items)
            await self._clean_up_async(call)
            tracing.detach(trace)
        return self._ended(ticket, failure, sent, visit)

    def _ended(self, ticket: Ticket, failure: FailureReport | None, sent: int, visit: Visit | None) -> Outcome:
        if failure is None and visit is not None:
            visit.succeeded()
        return Outcome(ticket, failure=failure, chunks=sent)

    async def _next(self, ticket: Ticket, items: Any) -> Any:
        if isinstance(items, AsyncIterator):
            item = await anext(items, _END)
        else:
            item = self._interrupter.call(ticket, next, (items, _END), {})
        if ticket.cancelled:
            raise RequestCancelled  # the cancel arrived after the tool had yielded and before the thread was disarmed
        return item

    def _chunk(self, ticket: Ticket, number: int, item: Any) -> Chunk:
        what = f"Item {number} of tool '{ticket.execute.tool}' cannot be encoded"
        details = (("item", str(number)),)
        try:
            data, attachments = self._encoder.encode(self._table.dialect.unwrap(item))
        except NotEncodable as error:
            raise _Unsendable(
                FailureReport(
                    wire.RESULT_NOT_ENCODABLE, f"{what}: {error}", path=error.path, started=True, details=details
                )
            ) from error
        except Streamed:
            message = f"{what}: it is a generator itself. Yield its items instead ('yield from')."
            raise _Unsendable(
                FailureReport(wire.RESULT_NOT_ENCODABLE, message, path="$", started=True, details=details)
            ) from None
        return Chunk(ticket, number, data, attachments)


def _iterator(ticket: Ticket, value: Any) -> Iterator[Any]:
    if isinstance(value, AsyncIterator):
        message = (
            f"Tool '{ticket.execute.tool}' returned an asynchronous iterator, but is not asynchronous itself. "
            "Declare it with 'async def', so that its worker has an event loop."
        )
        raise _Unsendable(FailureReport(wire.RESULT_NOT_ENCODABLE, message, path="$", started=True))
    return value if isinstance(value, Iterator) else iter((value,))


def _any_iterator(value: Any) -> Iterator[Any] | AsyncIterator[Any]:
    return value if isinstance(value, (Iterator, AsyncIterator)) else iter((value,))


def _report(ticket: Ticket, error: BaseException) -> FailureReport:
    return error.report if isinstance(error, _Unsendable) and not ticket.cancelled else failed(ticket, error)


def _close(items: Any) -> None:
    """Runs the ``finally`` blocks of a generator that has not come to its end."""
    close = getattr(items, "close", None)
    if close is not None:
        try:
            close()
        except BaseException as error:
            _log_close(error)


async def _close_async(items: Any) -> None:
    close = getattr(items, "aclose", None)
    if close is None:
        _close(items)
        return
    try:
        await close()
    except BaseException as error:
        _log_close(error)


def _log_close(error: BaseException) -> None:
    _LOG.error(
        "closing a stream's generator raised %s; the request's answer stands\n%s", type_name(type(error)), formatted(error)
    )
