"""What can be said about a picture without knowing what it shows."""

from typing import Any

from . import png
from .kmeans import ENGINE, Colour, dominant
from .pixels import colours_of, measure, shrink

_SAMPLE_SIDE = 120  # a small copy has the same dominant colours and is clustered in milliseconds
_BINS = 32
_SHARP, _SOFT = 300.0, 60.0  # variance of the Laplacian


def examine(image: bytes, colours: int) -> dict[str, Any]:
    if not 2 <= colours <= 16:
        raise ValueError(f"{colours} colours were asked for; 2 to 16 are possible.")
    picture = png.decode(image)
    palette = dominant(colours_of(shrink(picture, _SAMPLE_SIDE)), colours)
    seen = measure(shrink(picture), palette)
    pixels = len(seen.labels)
    shares = sorted(((seen.labels.count(i) / pixels, colour) for i, colour in enumerate(palette)), reverse=True)
    mean = sum(value * count for value, count in enumerate(seen.brightness)) / pixels
    return {
        "engine": ENGINE,
        "width": picture.width,
        "height": picture.height,
        "colours": [{"hex": _hex(colour), "share": round(share, 4)} for share, colour in shares],
        "brightness": {"mean": round(mean / 255, 4), "histogram": _bins(seen.brightness)},
        "sharpness": {"score": round(seen.sharpness, 1), "label": _sharpness(seen.sharpness)},
        "palette_image": png.encode(seen.width, seen.height, seen.labels, palette),
        "edge_image": png.encode(seen.width, seen.height, seen.edges),
    }


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _bins(brightness: list[int]) -> list[int]:
    width = len(brightness) // _BINS
    return [sum(brightness[i : i + width]) for i in range(0, len(brightness), width)]


def _sharpness(score: float) -> str:
    return "sharp" if score >= _SHARP else "balanced" if score >= _SOFT else "soft"
