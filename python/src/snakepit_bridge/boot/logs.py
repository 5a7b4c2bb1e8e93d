"""Log records of this package and of user code as one JSON object per line on stderr."""

import json
import logging
import os

from ..run import tracing
from ..run.context import running_context


class JsonLines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            # One write per line, so that lines of several threads and of child processes do not mix.
            os.write(2, (render(record) + "\n").encode("ascii"))
        except Exception:
            self.handleError(record)


def render(record: logging.LogRecord) -> str:
    line: dict[str, object] = {
        "ts": record.created,
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    # A record of ``context.log`` has them itself; any other belongs to the request that runs here.
    request = record if getattr(record, "request_id", None) is not None else running_context()
    if request is not None:
        line["request_id"] = request.request_id  # type: ignore[union-attr]
        if found := tracing.ids(str(getattr(request, "traceparent", ""))):
            line["trace_id"], line["span_id"] = found
        if correlation := getattr(request, "correlation_id", ""):
            line["correlation_id"] = correlation
    if record.exc_info:
        line["traceback"] = logging.Formatter().formatException(record.exc_info)
    return json.dumps(line, default=str)  # ASCII: lone surrogates and control characters cannot break a line


def install(level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [JsonLines()]
    number = logging.getLevelName(level.upper())
    root.setLevel(number if isinstance(number, int) else logging.INFO)
    logging.captureWarnings(True)
