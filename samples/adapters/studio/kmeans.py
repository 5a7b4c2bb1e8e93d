"""Dominant colours: k-means by scikit-learn where it is installed, a small one of our own elsewhere."""

from collections.abc import Sequence

try:
    import sklearn  # type: ignore
    from sklearn.cluster import KMeans  # type: ignore

    ENGINE = f"scikit-learn {sklearn.__version__}"
except ImportError:
    KMeans = None
    ENGINE = "standard library"

Colour = tuple[int, int, int]

_ROUNDS = 25


def dominant(pixels: Sequence[Colour], count: int) -> list[Colour]:
    """At most ``count`` colours that stand for all of them; the same pixels always give the same colours."""
    distinct = sorted(set(pixels))
    if len(distinct) <= count:
        return distinct
    if KMeans is None:
        return _dominant_plain(pixels, distinct, count)
    centres = KMeans(count, n_init=2, max_iter=60, random_state=0).fit(pixels).cluster_centers_
    return [(round(float(r)), round(float(g)), round(float(b))) for r, g, b in centres]


def nearest(colour: Colour, palette: Sequence[Colour]) -> int:
    return min(range(len(palette)), key=lambda i: _distance(colour, palette[i]))


def _dominant_plain(pixels: Sequence[Colour], distinct: list[Colour], count: int) -> list[Colour]:
    centres = _far_apart(distinct, count)
    for _ in range(_ROUNDS):
        groups: list[list[Colour]] = [[] for _ in centres]
        for pixel in pixels:
            groups[nearest(pixel, centres)].append(pixel)
        moved = [_mean(group) if group else centre for group, centre in zip(groups, centres)]
        if moved == centres:
            break
        centres = moved
    return centres


def _far_apart(distinct: list[Colour], count: int) -> list[Colour]:
    """Starts with each centre as far as can be from those before it."""
    centres = [distinct[len(distinct) // 2]]
    while len(centres) < count:
        centres.append(max(distinct, key=lambda colour: min(_distance(colour, centre) for centre in centres)))
    return centres


def _mean(group: list[Colour]) -> Colour:
    r, g, b = (round(sum(pixel[i] for pixel in group) / len(group)) for i in range(3))
    return r, g, b


def _distance(a: Colour, b: Colour) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2
