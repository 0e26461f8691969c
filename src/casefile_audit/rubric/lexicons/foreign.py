"""Whether a text is in another language than English, in which nothing would be found."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from casefile_audit.rubric.lexicons.common_words import word_list

# Of each of these an English text of any length has some, and few other languages have them.
_ENGLISH = word_list("english")
_OFTEN = (" the ", " and ", " was ", " with ", " to ", " of ", " is ", " has ")
# Words of the languages that records are written in instead, and that are none in English.
_OTHERS = word_list("other_languages") - _ENGLISH
_LETTERS_RE = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LATIN_RE = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_FEWEST_WORDS = 6
_FEWEST_WITHOUT_ENGLISH = 15


def is_foreign(text: str) -> bool:
    """Whether a cleaned text is certainly not English.

    Notes are terse: a text is taken for English unless it speaks for another language.
    """
    padded = f" {text.lower()} "
    if sum(word in padded for word in _OFTEN) > 1:
        return False
    words = _LETTERS_RE.findall(padded)
    letters = "".join(words)
    if len(words) > 1 and len(_LATIN_RE.findall(letters)) * 2 < len(letters):
        return True
    if len(words) < _FEWEST_WORDS:
        return False
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _OTHERS for word in words)
    return (others > 1 and others > 2 * english) or (
        english == 0 and len(words) >= _FEWEST_WITHOUT_ENGLISH
    )


def prefilter_foreign(texts: Any) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """None of many texts, as they are written, for certain, and those that may be foreign."""
    # Late, because a short list of texts is looked at one by one.
    import polars

    series = polars.Series(texts, dtype=polars.String).fill_null("").str.to_lowercase()
    often = [series.str.contains(word, literal=True).to_numpy() for word in _OFTEN]
    unsure = np.asarray(np.sum(often, axis=0) < 2)
    return np.zeros_like(unsure), unsure
