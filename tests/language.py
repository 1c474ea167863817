"""How plain a Dutch text is: words a sentence, and the reading ease of Flesch as Douma fitted it to Dutch.

Douma, W.H. (1960), De leesbaarheid van landbouwbladen (Landbouwhogeschool Wageningen, Bulletin 17):
reading ease = 206.84 - 0.93 * words a sentence - 77 * syllables a word; 60 to 70 is "standaard", more is easier.
"""

from __future__ import annotations

import re

#: Names, figures and periods count as one word of two syllables.
NAME = "naam"
#: Vowels that make one syllable together; the longest first. A trema begins a syllable of its own.
VOWELS = re.compile(r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyáéèëïöüóúí]")
WORD = re.compile(r"[^\W\d_][\w'’-]*")


def sentences(text: str) -> list[str]:
    """Split a text at the end of its sentences."""
    parts = re.split(r"(?<=[.!?])[\s\u00a0]+", " ".join(text.split()))
    return [part for part in parts if WORD.search(part)]


def words(sentence: str) -> list[str]:
    """Give the words of a sentence; a figure is a word as well."""
    return re.findall(r"[\w'’,-]*\w", sentence.replace("\u00a0%", "").replace(" %", ""))


def syllables(word: str) -> int:
    """Count the syllables of a word; a figure counts as a name."""
    if any(c.isdigit() for c in word):
        return 2
    return max(1, len(VOWELS.findall(word.lower())))


def reading_ease(texts: list[str]) -> float:
    """Give the reading ease of Flesch-Douma over texts."""
    lines = [sentence for text in texts for sentence in sentences(text)]
    all_words = [word for line in lines for word in words(line)]
    return (
        206.84 - 0.93 * len(all_words) / len(lines) - 77 * sum(syllables(word) for word in all_words) / len(all_words)
    )
