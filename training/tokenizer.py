"""CLIP's byte-level BPE over a model folder's vocab.json and merges.txt."""
import functools
import json
import re
import unicodedata
from pathlib import Path

LENGTH = 77
# Letters, digits and the rest as CLIP splits them, with the standard library's means.
PIECES = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+", re.IGNORECASE)


def byte_letters():
    """A printable letter for every byte: itself where printable, else one from 256 up."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {b: chr(b) for b in kept}
    for b in range(256):
        if b not in letters:
            letters[b] = chr(256 + len(letters) - len(kept))
    return letters


class Tokenizer:
    def __init__(self, folder):
        folder = Path(folder)
        self.ids = json.loads((folder / "vocab.json").read_text())
        lines = (folder / "merges.txt").read_text().split("\n")
        pairs = [tuple(line.split()) for line in lines if line and not line.startswith("#")]
        self.rank = {pair: k for k, pair in enumerate(pairs)}
        self.letters = byte_letters()
        self.start, self.end = self.ids["<|startoftext|>"], self.ids["<|endoftext|>"]
        self.word = functools.lru_cache(100_000)(self.merge)

    def merge(self, piece):
        parts = [self.letters[b] for b in piece.encode()]
        parts[-1] += "</w>"
        while len(parts) > 1:
            best = min(zip(parts, parts[1:]), key=lambda pair: self.rank.get(pair, 1e9))
            if best not in self.rank:
                break
            merged, k = [], 0
            while k < len(parts):
                if tuple(parts[k : k + 2]) == best:
                    merged.append(parts[k] + parts[k + 1])
                    k += 2
                else:
                    merged.append(parts[k])
                    k += 1
            parts = merged
        return [self.ids[p] for p in parts]

    def __call__(self, text):
        """Token ids of a text: start, at most 75 tokens, end, padded with the end token to 77."""
        text = " ".join(unicodedata.normalize("NFC", text).split()).lower()
        found = [i for piece in PIECES.findall(text) for i in self.word(piece)]
        kept = [self.start, *found[: LENGTH - 2], self.end]
        return kept + [self.end] * (LENGTH - len(kept))
