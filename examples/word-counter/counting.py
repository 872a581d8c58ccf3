"""Counts what a text is made of."""

import re


def count(text):
    """Words, characters and lines of a text. A word is a run of letters, digits, apostrophes and dashes."""
    return {
        "words": len(re.findall(r"[\w'’-]+", text)),
        "characters": len(text),
        "lines": len(text.splitlines()),
    }
