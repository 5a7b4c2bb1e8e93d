"""The sample's adapter: looks at documents and at pictures.

Nothing in here knows about processes, pools or .NET; the tools are plain methods and can be called from a test.
"""

from pathlib import Path
from typing import Any

from snakepit_bridge import BaseAdapter, tool

from .documents import Library, analyse
from .images import examine

_DOCUMENTS = Path(__file__).resolve().parents[2] / "data" / "documents"


class Studio(BaseAdapter):
    """One instance per worker: what is loaded here is loaded before the first call."""

    def __init__(self) -> None:
        self._library = Library.load(_DOCUMENTS)

    @tool(idempotent=True)
    def analyse_document(self, text: str, max_keywords: int = 12) -> dict[str, Any]:
        """Language, length, keywords, summary, and which of the shipped documents are most alike."""
        return analyse(text, self._library, max_keywords)

    @tool(idempotent=True)
    def analyse_image(self, image: bytes, colours: int = 6) -> dict[str, Any]:
        """Size, dominant colours, brightness and sharpness of a PNG, with the picture in its palette and its edges."""
        return examine(image, colours)
