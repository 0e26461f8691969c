"""Rows of a good table moved, doubled, shifted, cut and decorated: the counts stay, or it is said.

What a case comes to is told by the number in its reference, so the right answer goes with a row
wherever it is moved. A change that no reader could find isn't made: two of them in one row.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from fuzz_targets import try_known

from casefile_audit.cases import Outcome
from casefile_audit.results import Result

CASES = 24
RUBRIC = """
rubric: probe
title: Probe
version: 1
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  story: {type: text, headings: [Story]}
  voice: {type: yes-no, headings: [Voice]}
  opened: {type: date, headings: [Opened]}
  seen: {type: dates, headings: ["Seen {n}"]}
criteria:
  voice: {question: Heard?, missing: not heard, met: {yes: voice}}
  soon: {question: Soon?, missing: not seen, met: {within: {days: 7, of: opened, any: seen}}}
"""
HEADINGS = "Case ref,Story,Voice,Opened,Seen 1"
Rows = list[str]
_FOR_NOTHING = ("NULL", "\u00ad")


def _reference(number: int) -> str:
    return f"AB/{number:03}"


def _voice(number: int) -> Outcome:
    return Outcome.MET if number % 3 else Outcome.NOT_MET


def _soon(number: int) -> Outcome:
    return Outcome.MET if number % 4 else Outcome.NOT_MET


def seeds() -> list[bytes]:
    """Good tables, one with dates in figures and one in ISO form."""
    return [_table(form) for form in ("%d/%m/%Y", "%Y-%m-%d")]


def _table(form: str) -> bytes:
    rows = [HEADINGS]
    for number in range(1, CASES + 1):
        opened = dt.date(2024, 1, 1) + dt.timedelta(days=5 * number)
        seen = opened + dt.timedelta(days=3 if _soon(number) is Outcome.MET else 30)
        voice = "Yes" if _voice(number) is Outcome.MET else "No"
        reference, story = _reference(number), f"told at length by {number}"
        rows.append(f"{reference},{story},{voice},{opened:{form}},{seen:{form}}")
    return ("\n".join(rows) + "\n").encode()


def mutated(data: bytes, random: Random) -> bytes:
    """A table with one to six of its rows changed, each in one way."""
    rows = data.decode().splitlines()
    places = random.sample(range(1, len(rows)), random.choice((1, 1, 2, 3, 6)))
    for place in sorted(places, reverse=True):
        if _is_whole(rows[place]):
            random.choice(_CHANGES)(rows, place, random)
    return random.choice(_ENDS).join([*rows, ""]).encode("utf-8", errors="surrogateescape")


def _is_whole(row: str) -> bool:
    return row.startswith("AB/") and row.count(",") == HEADINGS.count(",") and '"' not in row


def _move(rows: Rows, place: int, random: Random) -> None:
    row = rows.pop(place)
    rows.insert(random.randrange(1, len(rows) + 1), row)


def _double(rows: Rows, place: int, random: Random) -> None:
    rows.insert(random.randrange(1, len(rows) + 1), rows[place])


def _shift(rows: Rows, place: int, random: Random) -> None:
    """A comma too many, or one too few, anywhere after the reference."""
    cells = rows[place].split(",")
    at = random.randrange(1, len(cells))
    if random.random() < 0.5:
        cells[at] = f"{cells[at][:2]},{cells[at][2:]}"
        rows[place] = ",".join(cells)
    else:
        rows[place] = ",".join([*cells[:at], " ".join(cells[at : at + 2]), *cells[at + 2 :]])


def _cut(rows: Rows, place: int, random: Random) -> None:
    """A row that breaks off after its reference, or goes on in the next."""
    whole = rows[place]
    at = random.randrange(whole.index(",") + 1, len(whole) - 12)
    rows[place : place + 1] = [whole[:at]] if random.random() < 0.5 else [whole[:at], whole[at:]]


def _quote(rows: Rows, place: int, random: Random) -> None:
    """A mark that opens a text in one row and closes it in a later one, or a row in marks."""
    if random.random() < 0.3:
        rows[place] = f'"{rows[place]}"'
        return
    last = min(place + random.randrange(1, 4), len(rows) - 1)
    if not _is_whole(rows[last]):
        return
    reference, rest = rows[place].split(",", 1)
    rows[place] = f'{reference},"{rest}'
    head, story, tail = rows[last].split(",", 2)
    rows[last] = f'{head},{story}",{tail}' if last > place else f'{head},{story[1:]}",{tail}'


def _decorate(rows: Rows, place: int, random: Random) -> None:
    """Something between, above or below the rows that is no case."""
    row = random.choice(
        ("", ",,,,", "Total,,16,,", HEADINGS, ",,,,\n,,,,", "(24 rows affected)", "Average,,,,")
    )
    rows.insert(random.choice((place, len(rows))), row)


def _spoil(rows: Rows, place: int, random: Random) -> None:
    """Bytes that are no text, and cells that hold no answer."""
    cells = rows[place].split(",")
    at = random.randrange(1, len(cells))
    bad = ("#REF!", "########", "\udce9", "told\0", "1900-01-01", "#SPILL!")
    cells[at] = random.choice((*bad, *_FOR_NOTHING))
    rows[place] = ",".join(cells)


_CHANGES: tuple[Callable[[Rows, int, Random], None], ...] = (
    *(_move, _double, _shift, _cut, _quote, _decorate, _spoil),
)
_ENDS = ("\n", "\n", "\r\n")


def try_rows(path: Path) -> bool:
    """Score a table; whether it could be. A wrong count of which nothing is said is a finding."""
    data = path.read_bytes()
    may_be_blank = any(word.encode() in data for word in _FOR_NOTHING)
    return try_known(path, RUBRIC, partial(_check, may_be_blank=may_be_blank))


def _check(result: Result, *, may_be_blank: bool) -> None:
    """Where nothing is in doubt, every case is there once, and right or can't be told."""
    findings = result.each_case()
    named = {_reference(number): number for number in range(1, CASES + 1)}
    assert sorted(findings.references) == sorted(named), "a case vanished, or came about"
    unsure = (Outcome.CANNOT_TELL, *([Outcome.NOT_RECORDED] if may_be_blank else []))
    for name, right in (("voice", _voice), ("soon", _soon)):
        for reference, outcome in zip(findings.references, findings.of(name), strict=True):
            assert outcome in (right(named[reference]), *unsure), f"{reference} is wrong: {name}"
