"""Texts as weighted words: TF-IDF by scikit-learn where it is installed, else by the same formula in plain Python."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from .language import SMALL_WORDS

try:
    import sklearn  # type: ignore
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore

    ENGINE = f"scikit-learn {sklearn.__version__}"
except ImportError:
    TfidfVectorizer = None
    ENGINE = "standard library"

Weights = Mapping[str, float]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = 3


def words_of(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """The words that carry a meaning of their own."""
    return [word for word in words_of(text) if len(word) >= _SHORTEST and word not in SMALL_WORDS]


def weigh(texts: Sequence[str]) -> list[Weights]:
    """One unit vector per text. A word weighs more the more often its text has it and the fewer texts do."""
    return _weigh_plain(texts) if TfidfVectorizer is None else _weigh_sklearn(texts)


def cosine(a: Weights, b: Weights) -> float:
    """1 for texts about the same, 0 for texts without a word in common; both must be unit vectors."""
    return sum(weight * b[word] for word, weight in a.items() if word in b)


def _weigh_sklearn(texts: Sequence[str]) -> list[Weights]:
    vectoriser = TfidfVectorizer(analyzer=content_words, sublinear_tf=True)
    rows = vectoriser.fit_transform(texts)
    names = vectoriser.get_feature_names_out()
    return [{str(names[i]): float(row[0, i]) for i in row.indices} for row in rows]


def _weigh_plain(texts: Sequence[str]) -> list[Weights]:
    counts = [Counter(content_words(text)) for text in texts]
    spread = Counter(word for count in counts for word in count)
    rarity = {word: math.log((1 + len(texts)) / (1 + seen)) + 1 for word, seen in spread.items()}
    return [_unit({word: (1 + math.log(times)) * rarity[word] for word, times in count.items()}) for count in counts]


def _unit(weights: Weights) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()}
