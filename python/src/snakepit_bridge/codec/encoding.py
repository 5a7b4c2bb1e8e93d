"""Turns results into JSON bytes and attachments. An error names the path of the value that caused it."""

import json
from typing import Any

from .conversion import BINARY, STREAMS, Convert, Streamed, convert
from .culprit import find_culprit
from .keys import PLAIN, RESERVED_KEY, with_text_keys

Attachments = list[tuple[str, bytes]]


class NotEncodable(Exception):
    def __init__(self, path: str, problem: str, advice: str) -> None:
        super().__init__(f"{path} {problem}. {advice}")
        self.path = path


class Encoder:
    """One per thread that encodes: it collects the attachments of the value that it encodes at the moment."""

    def __init__(self, max_array_elements: int, max_bytes: int, convert: Convert = convert) -> None:
        self._convert = convert
        self._max_array_elements = max_array_elements
        self._max_bytes = max_bytes
        self._attachments: Attachments = []
        self._whole: Any = None
        self._encode = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=self._default
        ).encode

    def encode(self, value: Any) -> tuple[bytes, Attachments | None]:
        """Raises NotEncodable with the culprit's path, or Streamed."""
        attachments: Attachments | None = None
        try:
            if type(value) in PLAIN:
                data = self._encode(value).encode()
            else:
                self._whole = value
                data = self._encode(with_text_keys(value)).encode()
                if self._attachments:
                    attachments = self._attachments
        except BaseException as error:  # user code runs in here: to_dict() may raise anything
            if isinstance(error, Streamed) and isinstance(value, STREAMS):
                raise
            path, reason = find_culprit(value, self._convert, self._max_array_elements, error)
            raise NotEncodable(path, reason.problem, reason.advice) from error
        finally:
            if self._whole is not None:
                self._whole = None
                self._attachments = []
        size = len(data) + sum(len(content) for _, content in attachments or ())
        if size > self._max_bytes:
            raise NotEncodable(
                "$", f"takes {size} bytes; the limit is {self._max_bytes}", "Return less, or raise Snakepit:MaxResultBytes."
            )
        return data, attachments

    def _default(self, value: Any) -> Any:
        if isinstance(value, BINARY):
            name = "result" if value is self._whole else f"a{len(self._attachments) + 1}"
            self._attachments.append((name, bytes(value)))
            return {RESERVED_KEY: name}
        return with_text_keys(self._convert(value, self._max_array_elements))
