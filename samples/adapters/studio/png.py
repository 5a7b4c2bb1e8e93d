"""PNG files without an imaging library: enough of the format for photos and drawings, and clear words for the rest."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_MAX_PIXELS = 8_000_000
_OTHER_FORMATS = {b"\xff\xd8\xff": "a JPEG", b"GIF8": "a GIF", b"RIFF": "a WebP", b"BM": "a BMP", b"%PDF": "a PDF"}


class PngError(ValueError):
    """Not a PNG, a broken one, or one of a kind that is not read here."""


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    rgb: bytes  # three bytes per pixel, row by row


@dataclass(frozen=True)
class _Header:
    width: int
    height: int
    channels: int
    colour_type: int

    @property
    def stride(self) -> int:
        return self.width * self.channels


def decode(data: bytes) -> Picture:
    """Transparent pixels are shown on white."""
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise PngError("The PNG does not begin with its header.")
    header = _read_header(chunks[0][1])
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    size = (header.stride + 1) * header.height
    try:
        raw = zlib.decompressobj().decompress(packed, size)  # bounded: a small file can unpack to gigabytes
    except zlib.error as error:
        raise PngError(f"The PNG's pixel data is damaged: {error}.") from error
    if len(raw) < size:
        raise PngError(f"The PNG's pixel data ends early: {len(raw)} of {size} bytes are there.")
    samples = _unfilter_plain(raw, header) if numpy is None else _unfilter_numpy(raw, header)
    palette = next((body for kind, body in chunks if kind == b"PLTE"), b"")
    return Picture(header.width, header.height, _to_rgb(samples, header.colour_type, palette))


def encode(width: int, height: int, samples: bytes, palette: list[tuple[int, int, int]] | None = None) -> bytes:
    """One byte per pixel: a shade of grey, or an index into the palette."""
    rows = b"".join(b"\0" + samples[y * width : (y + 1) * width] for y in range(height))
    kind = 0 if palette is None else 3
    parts = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))]
    if palette is not None:
        parts.append(_chunk(b"PLTE", bytes(value for colour in palette for value in colour)))
    return _SIGNATURE + b"".join([*parts, _chunk(b"IDAT", zlib.compress(rows, 6)), _chunk(b"IEND", b"")])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(_SIGNATURE):
        what = next((name for start, name in _OTHER_FORMATS.items() if data.startswith(start)), "something else")
        raise PngError(f"This is not a PNG file but {what}.")
    at = len(_SIGNATURE)
    while at < len(data):
        if at + 12 > len(data):
            raise PngError("The PNG ends in the middle of a chunk.")
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(body) < length or at + 12 + length > len(data):
            raise PngError(f"The PNG ends in the middle of its {kind.decode('latin-1')} chunk.")
        if zlib.crc32(kind + body) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise PngError(f"The PNG's {kind.decode('latin-1')} chunk is damaged: its checksum does not fit.")
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length


def _read_header(body: bytes) -> _Header:
    width, height, depth, colour_type, _, _, interlaced = struct.unpack(">IIBBBBB", body)
    if colour_type not in _CHANNELS or width == 0 or height == 0:
        raise PngError("The PNG's header makes no sense.")
    if depth != 8:
        raise PngError(f"The PNG has {depth} bits per sample; 8 are read here.")
    if interlaced:
        raise PngError("The PNG is interlaced; save it without interlacing.")
    if width * height > _MAX_PIXELS:
        raise PngError(f"The picture has {width} × {height} pixels; the limit is {_MAX_PIXELS // 1_000_000} million.")
    return _Header(width, height, _CHANNELS[colour_type], colour_type)


def _unfilter_plain(raw: bytes, header: _Header) -> bytes:
    """Undoes the row filters (PNG specification, section 9)."""
    stride, step = header.stride, header.channels
    above = bytearray(stride + step)  # with one pixel of zeros in front
    out = bytearray()
    for start in range(0, len(raw), stride + 1):
        kind, row = raw[start], bytearray(step) + raw[start + 1 : start + 1 + stride]
        if kind > 4:
            raise PngError(f"The PNG's pixel data is damaged: there is no row filter {kind}.")
        for i in range(step, stride + step) if kind else ():
            a, b, c = row[i - step], above[i], above[i - step]
            if kind == 1:
                guess = a
            elif kind == 2:
                guess = b
            elif kind == 3:
                guess = (a + b) // 2
            else:
                pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
                guess = a if pa <= pb and pa <= pc else b if pb <= pc else c
            row[i] = (row[i] + guess) & 255
        out += row[step:]
        above = row
    return bytes(out)


def _unfilter_numpy(raw: bytes, header: _Header) -> bytes:
    """The same for many pixels at once: a pixel needs its left, upper and upper left neighbours only, so all pixels of
    an anti-diagonal can be restored together."""
    np = numpy
    width, height, step = header.width, header.height, header.channels
    rows = np.frombuffer(raw, np.uint8).reshape(height, header.stride + 1)
    kinds = rows[:, 0]
    if kinds.max() > 4:
        raise PngError(f"The PNG's pixel data is damaged: there is no row filter {kinds.max()}.")
    # slanted[x + y, y] is pixel (x, y); row 0 and column 0 of zeros stand for what lies outside.
    slanted = np.zeros((width + height + 1, height + 1, step), np.int16)
    y, x = np.mgrid[0:height, 0:width]
    slanted[x + y + 2, y + 1] = rows[:, 1:].reshape(height, width, step)
    kind = kinds[:, None]
    for d in range(2, width + height + 1):
        first, last = max(0, d - 1 - width), min(height, d - 1)  # rows that this diagonal crosses
        a = slanted[d - 1, first + 1 : last + 1]
        b = slanted[d - 1, first:last]
        c = slanted[d - 2, first:last]
        here = kind[first:last]
        pa, pb, pc = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
        paeth = np.where((pa <= pb) & (pa <= pc), a, np.where(pb <= pc, b, c))
        guess = np.select([here == 4, here == 2, here == 1, here == 3], [paeth, b, a, (a + b) >> 1], 0)
        slanted[d, first + 1 : last + 1] = (slanted[d, first + 1 : last + 1] + guess) & 255
    return bytes(slanted[x + y + 2, y + 1].astype(np.uint8))


def _to_rgb(samples: bytes, colour_type: int, palette: bytes) -> bytes:
    out = bytearray(len(samples) // _CHANNELS[colour_type] * 3)
    if colour_type == 2:
        return samples
    if colour_type == 3:
        if len(palette) < 3 * (max(samples) + 1):
            raise PngError("The PNG's palette lacks colours that its pixels use.")
        for i in range(3):
            out[i::3] = samples.translate(palette[i::3].ljust(256, b"\0"))
    elif colour_type == 0:
        for i in range(3):
            out[i::3] = samples
    else:
        step = _CHANNELS[colour_type]
        alpha = samples[step - 1 :: step]
        for i in range(3):
            out[i::3] = _on_white(samples[(i if step == 4 else 0) :: step], alpha)
    return bytes(out)


def _on_white(values: bytes, alpha: bytes) -> bytes:
    if alpha.count(255) == len(alpha):
        return values
    return bytes((value * a + 255 * (255 - a)) // 255 for value, a in zip(values, alpha))
