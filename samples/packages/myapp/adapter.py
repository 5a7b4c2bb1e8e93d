# myapp/adapter.py
from pathlib import Path

from snakepit_bridge import BaseAdapter, tool


class MainAdapter(BaseAdapter):
    def __init__(self) -> None:
        self.words = set(Path(__file__).with_name("words.txt").read_text().split())  # loaded once per worker

    @tool
    def unknown_words(self, text: str) -> list[str]:
        return [word for word in text.split() if word.lower() not in self.words]
