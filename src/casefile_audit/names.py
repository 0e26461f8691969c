"""One name for each team and person through all files, and names that may be the same."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from casefile_audit.english import heading_key

_SHORTEST = 4
# What a name may have beside it and still be the same team's.
_GENERIC = frozenset(
    (
        *("the", "of", "and", "team", "district", "borough", "council", "division", "force"),
        *("police", "constabulary", "authority", "local", "area", "service", "services", "mbc"),
        *("metropolitan", "city", "county", "unit"),
    )
)
_DIGITS_RE = re.compile(r"\d")


def team_key(name: str) -> str:
    """A team's name as it is compared: case, spaces, punctuation, and ``&`` aside."""
    return heading_key(name.replace("&", " and "))


def person_key(name: str) -> str:
    """A person's name as it is compared: ``Smith, Jo`` is ``Jo Smith``."""
    return " ".join(sorted(heading_key(name).split()))


def spellings(names: Iterable[str], key: Callable[[str], str]) -> dict[str, str]:
    """For each key, how most of the names spell it."""
    by_key: dict[str, Counter[str]] = {}
    for name in names:
        by_key.setdefault(key(name), Counter())[name] += 1
    return {
        its: min(counts, key=lambda name: (-counts[name], name.isupper(), name))
        for its, counts in by_key.items()
    }


def near_teams(name: str, others: Iterable[str]) -> list[str]:
    """The other names that may be the same team's: by a slip, or a word such as "district"."""
    return [other for other in others if _near(team_key(name), team_key(other))]


def _near(one: str, other: str) -> bool:
    if one == other:
        return False
    short, long = sorted((set(one.split()), set(other.split())), key=len)
    if short < long and long - short <= _GENERIC:
        return True
    if _DIGITS_RE.findall(one) != _DIGITS_RE.findall(other):
        return False
    mine, theirs = one.split(), other.split()
    if len(mine) != len(theirs):
        return one.replace(" ", "") == other.replace(" ", "")
    differing = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and _slip(*differing[0])


def _slip(one: str, other: str) -> bool:
    """Whether a letter is left out, added or changed, or two are turned round."""
    if min(len(one), len(other)) < _SHORTEST or one[0] != other[0]:
        return False
    if len(one) == len(other):
        at = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(at) == 2:
            first, second = at
            return one[first] == other[second] and one[second] == other[first]
        return len(at) == 1 and len(one) > _SHORTEST
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def near_people(name: str, others: Iterable[str]) -> list[str]:
    """The other names that may be the same person's: an initial, or the surname alone."""
    mine = heading_key(name).split()
    return [other for other in others if _same_person(mine, heading_key(other).split())]


def _same_person(one: list[str], other: list[str]) -> bool:
    if sorted(one) == sorted(other) or not one or not other:
        return False
    short, long = sorted((one, other), key=lambda words: (len(words), len("".join(words))))
    left = list(long)
    whole = False
    for word in sorted(short, key=len, reverse=True):
        exact = word in left
        starts = (its for its in left if word[0] == its[0] and 1 in (len(word), len(its)))
        match = word if exact else next((its for its in starts if not its[0].isdigit()), None)
        if match is None:
            mine, theirs = {*short} - {*long}, {*long} - {*short}
            are_one = len(mine) == len(theirs) == 1 and len(short) == len(long) > 1
            return are_one and _slip(*mine, *theirs)
        whole |= exact and len(word) > 1
        left.remove(match)
    return whole
