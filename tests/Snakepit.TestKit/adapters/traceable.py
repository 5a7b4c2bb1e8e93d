"""An adapter whose process anybody may trace, also where Yama lets nobody."""

import ctypes

from basic import Basic

SET_TRACER, ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


class Traceable(Basic):
    def __init__(self) -> None:
        super().__init__()
        ctypes.CDLL(None).prctl(SET_TRACER, ANYBODY, 0, 0, 0)
