"""What can be said about a text without understanding it."""

import math
import re
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .language import guess
from .tfidf import ENGINE, Weights, content_words, cosine, weigh, words_of

_WORDS_PER_MINUTE = 230
_SUMMARY_SENTENCES = 3
_MOST_SIMILAR = 4
_SAME_TEXT = 0.999
_MAX_CHARACTERS = 500_000
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?\w)")


@dataclass(frozen=True)
class Document:
    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Library:
    """The shipped documents that others are compared with."""

    documents: tuple[Document, ...]

    @staticmethod
    def load(folder: Path) -> "Library":
        files = sorted(folder.glob("*.txt"))
        return Library(tuple(_read(file) for file in files))


def analyse(text: str, library: Library, max_keywords: int) -> dict[str, Any]:
    if len(text) > _MAX_CHARACTERS:
        raise ValueError(f"The document has {len(text):,} characters; the limit is {_MAX_CHARACTERS:,}.")
    content = content_words(text)
    if not content:
        raise ValueError("The document has no words that could be analysed.")
    *shelf, own = weigh([*(document.text for document in library.documents), text])
    words = words_of(text)
    sentences = split_sentences(text)
    return {
        "engine": ENGINE,
        "language": asdict(guess(words)),
        "words": len(words),
        "sentences": len(sentences),
        "reading_seconds": round(len(words) / _WORDS_PER_MINUTE * 60),
        "keywords": _keywords(own, Counter(content), max_keywords),
        "similar": _similar(own, shelf, library),
        "summary": _summary(sentences, own),
    }


def split_sentences(text: str) -> list[str]:
    """Paragraphs end a sentence too; what has no closing mark is a headline and no sentence."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    parts = (part.strip() for paragraph in paragraphs for part in _SENTENCE_END.split(paragraph))
    return [part for part in parts if part.rstrip("\"'”’)").endswith((".", "!", "?"))]


def _read(file: Path) -> Document:
    text = file.read_text(encoding="utf-8")
    return Document(file.stem, text.partition("\n")[0], text)


def _keywords(own: Weights, counts: Counter[str], limit: int) -> list[dict[str, Any]]:
    chosen: dict[str, dict[str, Any]] = {}
    for word, weight in sorted(own.items(), key=lambda item: (-item[1], item[0])):
        stem = word.removesuffix("s")  # "bee" and "bees" are one keyword
        if stem not in chosen and len(chosen) < limit:
            chosen[stem] = {"word": word, "weight": round(weight, 4), "count": counts[word]}
    return list(chosen.values())


def _similar(own: Weights, shelf: list[Weights], library: Library) -> list[dict[str, Any]]:
    pairs = [(cosine(own, other), document) for other, document in zip(shelf, library.documents)]
    pairs.sort(key=lambda pair: -pair[0])
    return [
        {"name": document.name, "title": document.title, "similarity": round(similarity, 4)}
        for similarity, document in pairs
        if 0 < similarity < _SAME_TEXT  # a shipped document is no news to itself
    ][:_MOST_SIMILAR]


def _summary(sentences: list[str], own: Weights) -> list[str]:
    """The sentences with the heaviest words, in the order of the text."""
    scored = sorted(range(len(sentences)), key=lambda i: -_score(sentences[i], own))
    return [sentences[i] for i in sorted(scored[:_SUMMARY_SENTENCES])]


def _score(sentence: str, own: Weights) -> float:
    words = content_words(sentence)
    # The root keeps long sentences from winning by length alone, and short ones by a single rare word.
    return sum(own.get(word, 0.0) for word in set(words)) / math.sqrt(max(4, len(words)))
