"""Tools that show what becomes of a caller's trace."""

import logging
import os

from basic import Basic

from snakepit_bridge import ToolContext, telemetry, tool


class Tracing(Basic):
    @tool
    def trace(self, context: ToolContext) -> str:
        return context.traceparent

    @tool
    def log(self, text: str) -> None:
        logging.getLogger("user").warning(text)

    @tool
    def observe(self, rows: int) -> None:
        with telemetry.span("model.load", {"model": "a"}):
            telemetry.emit("model.scored", {"rows": rows, "calls_count": 1}, {"model": "a"})

    @tool(idempotent=True)
    def die_once(self, path: str, context: ToolContext) -> str:
        """Ends its process the first time; a file remembers."""
        if not os.path.exists(path):
            with open(path, "w"):
                os._exit(3)
        return context.traceparent

    @tool
    def analyse_document(self, text: str) -> dict[str, object]:
        """Answers the sample's web frontend."""
        with telemetry.span("document.read"):
            language = {"code": "en", "name": "English", "confidence": 1}
        parts: dict[str, object] = {"keywords": [], "similar": [], "summary": [text]}
        return {"engine": "none", "language": language, "words": 1, "sentences": 1, "readingSeconds": 1, **parts}
