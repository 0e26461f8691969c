"""Why there is no rota: the team, what it needs, what is left to it, and what was taken away."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from casefile_audit.allocation.models import CaseFile, Obstacle, Reviewer, Round
from casefile_audit.allocation.solving import share_out, spread_of_doubles
from casefile_audit.english import count, listing
from casefile_audit.errors import UsageError

_MOST_LINES = 12
_MOST_NAMED = 6
_SECONDS = 5
_Left = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class _Side:
    """One side of the round: the teams that read, or those whose files are read.

    Attributes:
        needs: the least number of readings of each team.
    """

    needs: Mapping[str, int]
    most: Mapping[str, int]


def no_rota(round_: Round) -> UsageError:
    """The error of a round whose rules leave no way."""
    left = {
        (reader, owner): _left(round_, reader, owner)
        for reader in round_.teams
        for owner in round_.owners
    }
    turned = {(owner, reader): n for (reader, owner), n in left.items()}
    readers, owners = _readers(round_), _owners(round_)
    lines = [*_files_short(round_), *_readers_short(round_, readers, left)]
    lines = lines or [*_owners_short(round_, owners, left)]
    if not lines:
        sides = (
            _together(readers, owners, left, ""),
            _together(owners, readers, turned, "the files of "),
        )
        lines = [line for _, line in sorted(side for side in sides if side)][:1]
    if len(lines) > _MOST_LINES:
        rest = len(lines) - _MOST_LINES
        lines = [*lines[:_MOST_LINES], f"and {count(rest, 'more line')} like these"]
    what = "the reviews can't be shared out by these rules"
    return UsageError(what, details=lines, hint=_what_would_do(round_))


def _readers_short(round_: Round, side: _Side, left: _Left) -> Iterator[str]:
    for team, needs in side.needs.items():
        pairs = [(team, owner) for owner in round_.owners]
        yield from _short(team, needs, pairs, left, round_, "reviewed last time")


def _owners_short(round_: Round, side: _Side, left: _Left) -> Iterator[str]:
    for team, needs in side.needs.items():
        pairs = [(reader, team) for reader in round_.teams]
        name = f"to be reviewed, {team}"
        yield from _short(name, needs, pairs, left, round_, "its reviewers last time")


def _readers(round_: Round) -> _Side:
    needs, most = {}, {}
    free = 0, round_.size
    for team in round_.teams:
        own = [round_.reads.get(who.name, free) for who in round_.reviewers if who.team == team]
        low, high = round_.team_reads.get(team, free)
        needs[team] = max(low, sum(least for least, _ in own))
        most[team] = min(high, sum(greatest for _, greatest in own))
    return _Side(needs, most)


def _owners(round_: Round) -> _Side:
    sizes = Counter(case.team for case in round_.cases)
    twice = spread_of_doubles(round_)
    return _Side(
        {team: n + twice[team][0] for team, n in sizes.items()},
        {team: n + twice[team][1] for team, n in sizes.items()},
    )


def _open(round_: Round, reader: str, owner: str) -> list[tuple[Reviewer, CaseFile]]:
    return [
        (who, case)
        for who in round_.reviewers
        for case in round_.cases
        if who.team == reader and case.team == owner and round_.obstacle(who, case) is None
    ]


def _left(round_: Round, reader: str, owner: str) -> int:
    """How many files of one team another may read."""
    files = len({case.reference for _, case in _open(round_, reader, owner)})
    return min(files, round_.per_pair) if owner in round_.teams else files


def _why(round_: Round, reader: str, owner: str) -> Obstacle | None:
    """What bars a team from all files of another: the obstacle that is most often there."""
    if _open(round_, reader, owner):
        return None
    return Counter(
        round_.obstacle(who, case)
        for who in round_.reviewers
        for case in round_.cases
        if who.team == reader and case.team == owner
    ).most_common(1)[0][0]


def _short(
    name: str,
    needs: int,
    pairs: Sequence[tuple[str, str]],
    left: _Left,
    round_: Round,
    last_time: str,
) -> Iterator[str]:
    """``Bolton needs 4, has 3: of 9 other teams, 4 reviewed last time, 2 conflicts``."""
    if (had := sum(left[pair] for pair in pairs)) >= needs:
        return
    why = [_why(round_, *pair) for pair in pairs]
    counts = Counter(why)
    others = len(why) - counts[Obstacle.OWN_TEAM]
    taken = [f"{counts[Obstacle.PREVIOUS]} {last_time}"] if counts[Obstacle.PREVIOUS] else []
    taken += [count(counts[Obstacle.CONFLICT], "conflict")] if counts[Obstacle.CONFLICT] else []
    taken += ["some barred from their own cases"] if counts[Obstacle.OWN_CASE] else []
    each = f"at most {count(round_.per_pair, 'file')} with each"
    there = f"{count(others, 'other team')}, {', '.join([*taken, each])}"
    yield f"{name} needs {needs}, has {had}: {there}"


def _files_short(round_: Round) -> Iterator[str]:
    """The files that nobody may read, those of a team together; and too few for reading twice."""
    barred: dict[tuple[str, str], list[str]] = {}
    by_two = 0
    for case in round_.cases:
        why = [(who.team, round_.obstacle(who, case)) for who in round_.reviewers]
        by_two += len({team for team, obstacle in why if obstacle is None}) > 1
        if all(obstacle for _, obstacle in why):
            counts = Counter(obstacle for _, obstacle in why if obstacle)
            reasons = (f"{count(n, 'reviewer')}: {its.value}" for its, n in _in_order(counts))
            barred.setdefault((case.team, "; ".join(reasons)), []).append(case.reference)
    for (team, why_not), references in barred.items():
        named = listing(references, most=_MOST_NAMED)
        it = "it" if len(references) == 1 else "them"
        yield f"{named} of {team}: nobody may read {it} ({why_not})"
    if by_two < round_.doubles:
        can = "file can be read by two other teams", "files can be read by two other teams"
        wanted = f"{round_.doubles} {'is' if round_.doubles == 1 else 'are'}"
        yield f"{count(by_two, *can)}, and {wanted} to be read twice"


def _in_order(counts: Counter[Obstacle]) -> list[tuple[Obstacle, int]]:
    """Obstacles in their order, with how often each is there."""
    return [(obstacle, counts[obstacle]) for obstacle in Obstacle if counts[obstacle]]


def _together(side: _Side, other: _Side, left: _Left, of: str) -> tuple[int, str] | None:
    """The teams that need more between them than there is for all of them, by the least cut: how
    many they are, and a sentence; None where each side's needs can be met.
    """  # noqa: D205 - one thought
    mine, theirs = list(side.needs), list(other.needs)
    source, sink = len(mine) + len(theirs), len(mine) + len(theirs) + 1
    flows = np.zeros((sink + 1, sink + 1), dtype=np.int32)
    for i, name in enumerate(mine):
        flows[source, i] = side.needs[name]
        for j, its in enumerate(theirs):
            flows[i, len(mine) + j] = left[name, its]
    for j, its in enumerate(theirs):
        flows[len(mine) + j, sink] = other.most[its]
    found = maximum_flow(csr_array(flows), source, sink)
    needed = sum(side.needs.values())
    if found.flow_value >= needed:
        return None
    residual = csr_array(flows - found.flow.toarray())
    reached = set(breadth_first_order(residual, source, return_predecessors=False))
    short = [name for i, name in enumerate(mine) if i in reached]
    wanted = sum(side.needs[name] for name in short)
    names = listing(short, most=_MOST_NAMED)
    had = wanted - (needed - found.flow_value)
    return len(short), f"{of}{names} need {wanted} readings between them, and {had} can be had"


def _what_would_do(round_: Round) -> str:
    """Which of the rules has to give way."""
    ways = {
        "without --previous": replace(round_, previous=frozenset()) if round_.previous else None,
        "without --conflicts": replace(round_, conflicts=frozenset()) if round_.conflicts else None,
        "without --double": _single(round_) if round_.doubles else None,
    }
    would = [way for way, changed in ways.items() if changed and _can_be(changed)]
    if per_pair := _enough(round_):
        would.append(f"with --per-pair {per_pair}")
    if would:
        return f"It can be done {listing(would, 'or')}."
    return "No single rule stands in the way: ask for fewer reviews of each, or take back several."


def _single(round_: Round) -> Round:
    """The round with no file read twice."""
    reads = {name: (0, most) for name, (_, most) in round_.reads.items()}
    team_reads = {name: (0, most) for name, (_, most) in round_.team_reads.items()}
    return replace(round_, doubles=0, reads=reads, team_reads=team_reads)


def _enough(round_: Round) -> int:
    """The least number of files for each pair with which there is a rota; 0 if there is none."""
    low, high = round_.per_pair + 1, len(round_.cases)
    if not _can_be(replace(round_, per_pair=high)):
        return 0
    while low < high:
        middle = (low + high) // 2
        if _can_be(replace(round_, per_pair=middle)):
            high = middle
        else:
            low = middle + 1
    return low


def _can_be(round_: Round) -> bool:
    try:
        return share_out(replace(round_, kept=frozenset()), _SECONDS) is not None
    except TimeoutError:
        return False
