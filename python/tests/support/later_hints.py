"""Classes whose hints are texts."""

from __future__ import annotations

import dataclasses
from typing import NotRequired, Required, TypedDict  # type: ignore[attr-defined]  # from 3.11 on


@dataclasses.dataclass
class Base:
    amount: Money


class Options(TypedDict):
    text: str
    limit: NotRequired[int]


class Loose(TypedDict, total=False):
    text: Required[str]
    limit: int


Money = int
