"""How many reviews each reads: the same for all, or the number that a list says for some."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from casefile_audit.allocation.models import Range, Reviewer, Round
from casefile_audit.english import listing
from casefile_audit.errors import UsageError

_PERCENT_RE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_MOST_NAMED = 8


def doubles_of(text: str | None, cases: int) -> int:
    """How many files are read twice: a share is rounded up to a whole file.

    Raises:
        UsageError: it is neither a share nor a number, or more than there are.
    """
    if text is None:
        return 0
    share = _PERCENT_RE.fullmatch(text.strip())
    if share:
        part = Fraction(share[1]) * cases / 100
        number = -(-part.numerator // part.denominator)
    elif text.strip().isdecimal():
        number = int(text)
    else:
        hint = "Write a share such as 10%, or a number of files such as 4."
        raise UsageError(f"--double: `{text}` is neither", hint=hint)
    if number > cases:
        raise UsageError(f"--double: {number} files can't be read twice of {cases}")
    return number


def with_loads(round_: Round, numbers: Mapping[str, int], by_team: bool) -> Round:
    """A round that says how many each reads.

    Args:
        numbers: for some of the reviewers, the number that they read.
        by_team: whether each team reads the same number, rather than each person.

    Raises:
        UsageError: the numbers don't come to the reviews that there are.
    """
    if not by_team or all(who.name == who.team for who in round_.reviewers):
        names = [who.name for who in round_.reviewers]
        return replace(round_, reads=_shared(names, numbers, round_))
    members: dict[str, list[Reviewer]] = {}
    for who in round_.reviewers:
        members.setdefault(who.team, []).append(who)
    fixed = {
        team: sum(numbers[who.name] for who in people)
        for team, people in members.items()
        if all(who.name in numbers for who in people)
    }
    return replace(
        round_,
        reads={name: (n, n) for name, n in numbers.items()},
        team_reads=_shared(list(members), fixed, round_),
        sharers=frozenset(w.name for w in round_.reviewers if w.name not in numbers),
    )


def _shared(names: Sequence[str], numbers: Mapping[str, int], round_: Round) -> dict[str, Range]:
    """The number of each: what is said of it, or an even part of the rest."""
    given = sum(numbers.values())
    others = [name for name in names if name not in numbers]
    rest = round_.size - given
    if rest < 0 or (rest and not others):
        said = listing((f"{name} {n}" for name, n in numbers.items()), most=_MOST_NAMED)
        twice = f", {round_.doubles} of them second readings" if round_.doubles else ""
        raise UsageError(
            f"{given} given, {round_.size} needed: the numbers of the list don't come to the "
            "reviews that there are",
            details=[f"given: {said}", f"needed: {round_.size}{twice}"],
            hint="Change the numbers, or leave some cells empty: those share the rest evenly.",
        )
    even = (rest // len(others), -(-rest // len(others))) if others else (0, 0)
    return {name: (numbers[name], numbers[name]) if name in numbers else even for name in names}
