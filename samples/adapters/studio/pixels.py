"""Work on every pixel: by numpy where it is installed, on a smaller copy of the picture elsewhere."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .kmeans import Colour, nearest
from .png import Picture

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

_LONGEST_SIDE = 2000 if numpy is not None else 240
_SMOOTH = 4  # slopes of a clear sky; no edge
_EDGE_GAIN = 20  # under a root, so that a faint edge is seen beside a hard one


@dataclass(frozen=True)
class Measured:
    width: int
    height: int
    labels: bytes  # one per pixel: index of its palette colour
    edges: bytes  # one per pixel: 0 flat, 255 a hard edge
    brightness: list[int]  # pixels by brightness, 256 counts
    sharpness: float  # variance of the Laplacian


def shrink(picture: Picture, longest: int = _LONGEST_SIDE) -> Picture:
    """Keeps every n-th pixel of every n-th row, so that no side is longer than asked."""
    step = -(-max(picture.width, picture.height) // longest)
    if step == 1:
        return picture
    stride = picture.width * 3
    rows = (picture.rgb[y * stride : (y + 1) * stride] for y in range(0, picture.height, step))
    width = -(-picture.width // step)
    kept = b"".join(row[x * 3 : x * 3 + 3] for row in rows for x in range(0, picture.width, step))
    return Picture(width, len(kept) // (width * 3), kept)


def colours_of(picture: Picture) -> list[Colour]:
    values = iter(picture.rgb)
    return list(zip(values, values, values))


def measure(picture: Picture, palette: Sequence[Colour]) -> Measured:
    return _measure_plain(picture, palette) if numpy is None else _measure_numpy(picture, palette)


def _measure_numpy(picture: Picture, palette: Sequence[Colour]) -> Measured:
    np = numpy
    rgb = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3).astype(np.float32)
    apart = np.stack([((rgb - np.array(colour, np.float32)) ** 2).sum(axis=2) for colour in palette])
    grey = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    around = np.pad(grey, 1, mode="edge")
    up, down, left, right = around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]
    slope = np.hypot(right - left, down - up)
    edges = np.minimum(255, _EDGE_GAIN * np.sqrt(np.maximum(0, slope - _SMOOTH)))
    laplacian = up + down + left + right - 4 * grey
    return Measured(
        picture.width,
        picture.height,
        apart.argmin(axis=0).astype(np.uint8).tobytes(),
        edges.astype(np.uint8).tobytes(),
        np.bincount(grey.astype(np.uint8).ravel(), minlength=256).tolist(),
        float(laplacian.var()),
    )


def _measure_plain(picture: Picture, palette: Sequence[Colour]) -> Measured:
    width, height = picture.width, picture.height
    colours = colours_of(picture)
    known = {colour: nearest(colour, palette) for colour in set(colours)}
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in colours]
    edges = bytearray()
    laplacian: list[float] = []
    for y in range(height):
        up, here, down = (min(max(row, 0), height - 1) * width for row in (y - 1, y, y + 1))
        for x in range(width):
            above, below = grey[up + x], grey[down + x]
            left, right = grey[here + max(x - 1, 0)], grey[here + min(x + 1, width - 1)]
            slope = math.hypot(right - left, below - above)
            edges.append(min(255, int(_EDGE_GAIN * math.sqrt(max(0, slope - _SMOOTH)))))
            laplacian.append(above + below + left + right - 4 * grey[here + x])
    brightness = [0] * 256
    for value in grey:
        brightness[int(value)] += 1
    mean = sum(laplacian) / len(laplacian)
    variance = sum((value - mean) ** 2 for value in laplacian) / len(laplacian)
    return Measured(width, height, bytes(known[colour] for colour in colours), bytes(edges), brightness, variance)
