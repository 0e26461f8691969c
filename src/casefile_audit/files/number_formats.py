"""What a number format makes of a number, where a reader of the page sees another thing than it."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

BUILT_IN: Mapping[int, str] = {9: "0%", 10: "0.00%"}
"""Formats that a workbook uses by their numbers, as far as they change what is seen."""

# A quoted text, an escaped sign, a gap, a filling, something in brackets, or any one sign.
_TOKEN_RE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_LITERALS = "-+/():!^&'~{}<>= $£€"
_COLOURS = re.compile(r"\[(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|\$[^\]]*)\]")
# A section for numbers that pass a test: `[=1]"Yes";[=2]"No"`.
_TEST_RE = re.compile(r"\[(=|<>|<=|>=|<|>)(-?\d{1,15}(?:\.\d{1,9})?)\]")
_TESTS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_DASHES = "-–— "
# Commas after the last digit before the point, each of which leaves three digits out.
_SCALED_RE = re.compile(r"[0#?](,+)(?:\.[0#?]*)?$")


@lru_cache(maxsize=512)
def shown_by(code: str) -> Callable[[float], str | None] | None:
    """What shows numbers as a format does: padded, as a percentage, in thousands, as words, or not.

    Returns:
        A function that gives what is seen, or None where that is the number itself; None where the
        format never shows anything else. Dates and currencies are no business of it.
    """
    sections = _sections(code)
    # A format without a code is one of the program's own, such as General, and shows the number.
    if not code or sections is None:
        return None
    shows = [_section(tokens, of_negatives=at == 1) for at, tokens in enumerate(sections)]
    if not any(shows):
        return None
    tests = [_test(tokens) for tokens in sections]

    def shown_by_test(number: float) -> str | None:
        passed = (show for show, test in zip(shows, tests, strict=True) if not test or test(number))
        show = next(passed, None)
        return None if show is None else show(number)

    def shown(number: float) -> str | None:
        place = 2 if number == 0 else int(number < 0)
        show = shows[place if place < len(shows) else 0]
        return None if show is None else show(number)

    return shown_by_test if any(tests) else shown


def _test(tokens: list[str]) -> Callable[[float], bool] | None:
    """The test that a number has to pass to be shown by a section; None if it has none."""
    found = next(filter(None, map(_TEST_RE.fullmatch, tokens)), None)
    if found is None:
        return None
    compare, bound = _TESTS[found[1]], float(found[2])
    return lambda number: bool(compare(number, bound))


def _sections(code: str) -> list[list[str]] | None:
    """The tokens of each section; None where a section is for anything but some numbers."""
    sections: list[list[str]] = [[]]
    for token in _TOKEN_RE.findall(code):
        if token == ";":
            sections.append([])
        elif token.startswith("["):
            if _TEST_RE.fullmatch(token):
                sections[-1].append(token)
            elif not _COLOURS.fullmatch(token.lower()):
                return None
        else:
            sections[-1].append(token)
    return sections[:3]


def _section(
    tokens: list[str], *, of_negatives: bool = False
) -> Callable[[float], str | None] | None:
    tokens = [token for token in tokens if not _TEST_RE.fullmatch(token)]
    signs = [token for token in tokens if len(token) == 1 and token not in _LITERALS]
    if "%" in signs:
        return percentage if set(signs) <= set("0#?.,%") else None
    words = "".join(map(_literal, tokens))
    if not signs:
        # A dash for nought is how accounts are written: the number is nought, and not absent.
        return None if words and not words.strip(_DASHES) else lambda _: words
    if set(signs) <= set("0#?.,") and (scaled := _SCALED_RE.search("".join(signs))):
        unit = words.strip(_LITERALS)
        return lambda number: f"{number / 1000 ** len(scaled[1]):.12g}{unit}"
    if set(signs) == {"0"} and len(signs) > 1:
        # Its own sign stands among its words; a percentage keeps its sign, however it is shown.
        return lambda number: _padded(abs(number) if of_negatives else number, tokens)
    return None


def _literal(token: str) -> str:
    if token[0] == '"':
        return token.strip('"')
    if token[0] == "\\":
        return token[1:]
    return token if token in _LITERALS else ""


def percentage(number: float) -> str:
    """``95%`` for 0.95, with all its decimals."""
    return f"{round(number * 100, 9):.12g}%"


def _padded(number: float, tokens: list[str]) -> str | None:
    """A whole number with a digit for each nought, and the format's own words between them."""
    if number < 0 or not math.isfinite(number) or number != int(number):
        return None
    places = tokens.count("0")
    digits = f"{int(number):0{places}}"
    first, rest = digits[: len(digits) - places + 1], iter(digits[len(digits) - places + 1 :])
    written, started = [], False
    for token in tokens:
        if token == "0":
            written.append(next(rest) if started else first)
            started = True
        else:
            written.append(_literal(token))
    return "".join(written)
