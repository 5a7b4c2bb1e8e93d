"""Runs one request as a stream: its tool's items become chunks, one by one, as far as the reader's credit goes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from ..codec import wire
from ..codec.conversion import Streamed
from ..codec.encoding import NotEncodable
from ..link.outgoing import size_of
from .context import ToolContext, set_context
from .execution import Execution, failed, guard_cleanup, leave_task
from .failures import FailureReport, formatted, type_name
from .interrupt import RequestCancelled
from .tickets import Chunk, Outcome, Ticket

_LOG = logging.getLogger(__name__)

_END = object()


class _Unsendable(Exception):
    """An item that has no wire form."""

    def __init__(self, report: FailureReport) -> None:
        super().__init__(report.message)
        self.report = report


class Streaming(Execution):
    """An execution that can stream as well."""

    def stream(self, ticket: Ticket) -> Generator[Chunk | Outcome, None, None]:
        """For tools and hooks without ``async``. Ends with the outcome, unless it is closed before."""
        context = ToolContext(ticket, self._sessions, self._ledger.count_progress, self._ask_for_recycle)
        call = self._begin(ticket, context)
        if isinstance(call, Outcome):
            yield call
            return
        set_context(context)
        interrupter, credit = self._interrupter, ticket.credit
        assert credit is not None
        items: Any = None
        failure: FailureReport | None = None
        sent = 0
        try:
            function, args, kwargs = call
            if self._around:
                function, args, kwargs = self._run_between_hooks, (call, context), {}
            items = _iterator(ticket, interrupter.call(ticket, function, args, kwargs))
            # Armed for each item only: between two of them the thread does our work and not the tool's.
            while (item := interrupter.call(ticket, next, (items, _END), {})) is not _END:
                chunk = self._chunk(ticket, sent, item)
                if not credit.take(size_of(chunk)):
                    raise RequestCancelled
                yield chunk
                sent += 1
        except GeneratorExit:
            raise  # nobody reads any more
        except BaseException as error:
            interrupter.disarm()  # the interruption may have hit the first attempt
            failure = _report(ticket, error)
        finally:
            _close(items)
            if self._hooks.cleanup is not None:
                guard_cleanup(self._hooks.cleanup)
            set_context(None)
        yield self._ended(ticket, failure, sent)

    async def stream_async(self, ticket: Ticket, emit: Callable[[Chunk], object]) -> Outcome:
        """For everything that has an ``async`` in it, and for plain generators beside that: they share a thread."""
        context = ToolContext(ticket, self._sessions, self._ledger.count_progress, self._ask_for_recycle)
        call = self._begin(ticket, context)
        if isinstance(call, Outcome):
            return call
        set_context(context)
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
                await asyncio.sleep(0)  # an item that is ready must not keep the others on this loop waiting
        except BaseException as error:
            self._interrupter.disarm()
            failure = _report(ticket, error)
        finally:
            leave_task(ticket, task)
            await _close_async(items)
            await self._clean_up_async()
        return self._ended(ticket, failure, sent)

    def _ended(self, ticket: Ticket, failure: FailureReport | None, sent: int) -> Outcome:
        if failure is None and ticket.news is not None:
            self._sessions.succeeded(ticket)
        return Outcome(ticket, failure=failure, chunks=sent)

    async def _next(self, ticket: Ticket, items: Any) -> Any:
        if isinstance(items, AsyncIterator):
            item = await anext(items, _END)
        else:
            item = self._interrupter.call(ticket, next, (items, _END), {})
        if ticket.cancelled:
            raise RequestCancelled  # it came while the thread was armed and just leaving the tool
        return item

    def _chunk(self, ticket: Ticket, number: int, item: Any) -> Chunk:
        self._ledger.count_progress()
        what = f"Item {number} of tool '{ticket.execute.tool}' cannot be encoded"
        details = (("item", str(number)),)
        try:
            data, attachments = self._encoder.encode(item)
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
