"""The rota that keeps every rule, by an exact solver: fewest changes, fewest swaps, then the rest.

Files that the same reviewers may read are told apart only when the solver is done, and what the
rules leave open is settled by weights that a hash of the seed draws for each name. So one answer is
the best, whatever the order of the lists and whichever of several a solver would have stopped at.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from scipy import optimize
from scipy.sparse import csr_array

from casefile_audit.allocation.drawing import drawn
from casefile_audit.allocation.models import CaseFile, Reviewer, Round

SECONDS = 60
"""How long the solver may look for a better rota."""

_WEIGHTS = 1 << 20
_OPTIMAL, _TIME_OUT = 0, 1
_MANY = 5_000
"""So many ways for files to be read can't be weighed against each other in a minute."""
_WAYS = 12
"""Then so many readers of each file are enough to choose from; more of the few that lost theirs."""
_PAUSE = 0.05
_LEAST_SECONDS = 1.0


Reads = Mapping[tuple[int, int], int]
"""By reader and group, what tells how many of its files they read."""


@dataclass(frozen=True)
class _Alike:
    """Files of one team that the same reviewers may read."""

    team: str
    cases: tuple[CaseFile, ...]
    readers: tuple[int, ...]


@dataclass
class _Programme:
    """A linear programme in whole numbers, as it is put together."""

    most: list[int] = field(default_factory=list)
    rows: list[dict[int, int]] = field(default_factory=list)
    ranges: list[tuple[float, float]] = field(default_factory=list)

    def variable(self, most: int) -> int:
        self.most.append(most)
        return len(self.most) - 1

    def constrain(self, terms: Iterable[int] | Mapping[int, int], low: float, high: float) -> None:
        given = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1)
        self.rows.append(dict(given))
        self.ranges.append((low, high))


@dataclass(frozen=True)
class Shared:
    """What the solver found.

    Attributes:
        proven: whether nothing better of what comes first (changes, swaps) is possible.
        settled: whether it is the one that the seed stands for, too.
    """

    readings: list[tuple[Reviewer, CaseFile]]
    proven: bool
    settled: bool


def share_out(round_: Round, seconds: float = SECONDS) -> Shared | None:
    """Share out the reviews of a round; None where the rules leave no way.

    Raises:
        TimeoutError: the time ran out before there was any rota.
    """
    whole = _Sharing(round_, sorted(round_.reviewers, key=lambda r: (r.team, r.name)))
    if sum(len(group.readers) for group in whole.groups) > _MANY:
        end = time.monotonic() + seconds
        if (shared := _share_out_many(whole.narrowed(), seconds)) is not None:
            return shared
        seconds = max(end - time.monotonic(), _LEAST_SECONDS)
    return _share_out(whole, seconds)


def _share_out(sharing: "_Sharing", seconds: float) -> Shared | None:
    programme = _Programme()
    reads, twice = sharing.readings(programme)
    used, swaps, most = sharing.pair_up(programme, reads)
    evenly = ({most: 1}, dict.fromkeys(used, -1)) if sharing.round.per_pair > 1 else ()
    steps = [sharing.kept(reads), dict.fromkeys(swaps, 1), *evenly, sharing.weights(reads, twice)]
    found, certain = _best(programme, steps, seconds)
    if found is None:
        return None
    readings = sharing.dealt(reads, found)
    return Shared(readings, proven=all(certain[:2]), settled=all(certain))


def _share_out_many(narrow: "_Sharing", seconds: float) -> Shared | None:
    """The same for a large round, whose files have some readers each to choose from; None if these
    leave no way, or none in half of the time.

    Of two teams only one reads the other's, as what was handed out or lots say, so there is no swap
    to be avoided. Then the most files of a pair are as few as there is a way for, and nothing but
    what stays and lots is left to settle: a flow, which a solver finds at once.
    """  # noqa: D205 - one thought
    round_, handed = narrow.round, Counter(narrow.handed_pairs())
    ways = {(narrow.readers[u].team, group.team) for group in narrow.groups for u in group.readers}
    end = time.monotonic() + seconds / 2
    per_pair = max(-(-round_.size // len(ways)), *handed.values(), 0) if ways else 0
    while per_pair > 0 and time.monotonic() < end:
        per_pair = min(per_pair, round_.per_pair)
        programme = _Programme()
        reads, twice = narrow.readings(programme)
        for parts in narrow.by_pair(reads).values():
            programme.constrain(parts, 0, per_pair)
        kept = narrow.kept(reads)
        steps = [kept, narrow.weights(reads, twice)]
        try:
            found, certain = _best(programme, steps, end - time.monotonic())
        except TimeoutError:
            return None
        if found is not None:
            # Among all readers there may be a way to keep more, unless all of it is kept.
            proven = all(found[at] for at in kept) and not any(
                pair[::-1] in handed for pair in handed
            )
            return Shared(narrow.dealt(reads, found), proven=proven, settled=all(certain))
        if per_pair == round_.per_pair:
            break
        per_pair *= 2
    return None


class _Sharing:
    """A round as it is put to the solver: who may read which of the files that are alike.

    Attributes:
        groups: the files by who may read them; each alone where reviews that were handed out stay.
    """

    def __init__(
        self, round_: Round, readers: Sequence[Reviewer], groups: Sequence[_Alike] | None = None
    ) -> None:
        self.round, self.readers = round_, readers
        self.groups = self._grouped() if groups is None else groups

    def _grouped(self) -> list[_Alike]:
        alike: dict[tuple[str, tuple[int, ...], str], list[CaseFile]] = defaultdict(list)
        for case in sorted(self.round.cases, key=lambda case: case.reference):
            may = (u for u, who in enumerate(self.readers) if not self.round.obstacle(who, case))
            alike[case.team, tuple(may), case.reference if self.round.kept else ""].append(case)
        return [
            _Alike(
                team,
                tuple(sorted(cases, key=lambda case: self._lot("case", case.reference))),
                readers,
            )
            for (team, readers, _), cases in sorted(alike.items())
        ]

    def _lot(self, *names: str) -> int:
        return drawn(self.round.seed, *names)

    def narrowed(self) -> "_Sharing":
        """The same files, each with some of their readers: none makes another swap possible.

        The teams stand in a circle, and each reads those of the half that follows it, where nothing
        that was handed out says otherwise.
        """
        round_ = self.round
        reading, owning = set(round_.teams), set(round_.owners)
        teams = sorted(reading | owning, key=lambda team: self._lot("circle", team))
        place = {team: number for number, team in enumerate(teams)}
        handed = set(self.handed_pairs())

        def may(reader: str, owner: str) -> bool:
            if (reader, owner) in handed or reader not in owning or owner not in reading:
                return True
            if (owner, reader) in handed:
                return False
            ahead = (place[owner] - place[reader]) % len(teams)
            return 2 * ahead < len(teams) or (
                2 * ahead == len(teams) and place[reader] < place[owner]
            )

        narrow = []
        stay = [self._handed(group) for group in self.groups]
        loose = _MANY // max(stay.count([]), 1) if round_.kept else 0
        for group, us in zip(self.groups, stay, strict=True):
            able = [u for u in group.readers if may(self.readers[u].team, group.team)]
            ways = _WAYS if us else max(_WAYS, loose)
            wanted = min(ways * len(group.cases), len(able))
            start = self._lot("ways", group.cases[0].reference)
            some = {able[(start + n * len(able) // wanted) % len(able)] for n in range(wanted)}
            narrow.append(replace(group, readers=tuple(sorted(some.union(us)))))
        return _Sharing(round_, self.readers, narrow)

    def _handed(self, group: _Alike) -> list[int]:
        """Who was given a file, which is alone then: those who may still read it."""
        reference = group.cases[0].reference
        kept = self.round.kept
        return [u for u in group.readers if kept and (self.readers[u].name, reference) in kept]

    def handed_pairs(self) -> Iterator[tuple[str, str]]:
        """The team that reads, and whose file it is, of each reading that was handed out."""
        for group in self.groups:
            for u in self._handed(group):
                yield self.readers[u].team, group.team

    def kept(self, reads: Reads) -> dict[int, int]:
        """What it is worth to leave each reading that was handed out as it is."""
        return {reads[u, c]: -1 for c, group in enumerate(self.groups) for u in self._handed(group)}

    def by_pair(self, reads: Reads) -> dict[tuple[str, str], list[int]]:
        """What tells how many are read, by the team that reads and the team whose they are."""
        pairs = defaultdict(list)
        for (u, c), at in sorted(reads.items()):
            pairs[self.readers[u].team, self.groups[c].team].append(at)
        return pairs

    def readings(self, programme: _Programme) -> tuple[Reads, list[int]]:
        """How many of which files each reads, and how many of them are read twice."""
        reads = {
            (u, c): programme.variable(len(group.cases))
            for c, group in enumerate(self.groups)
            for u in group.readers
        }
        doubles = self.round.doubles
        twice = [programme.variable(len(g.cases) if doubles else 0) for g in self.groups]
        self._cover(programme, reads, twice)
        self._load(programme, reads)
        return reads, twice

    def _cover(self, programme: _Programme, reads: Reads, twice: Sequence[int]) -> None:
        """Each file is read once, or twice by two teams; those are spread over the teams."""
        for c, group in enumerate(self.groups):
            n = len(group.cases)
            programme.constrain({**{reads[u, c]: 1 for u in group.readers}, twice[c]: -1}, n, n)
            teams = defaultdict(list)
            for u in group.readers:
                teams[self.readers[u].team].append(reads[u, c])
            for own in teams.values():
                if len(own) > 1:
                    programme.constrain(own, 0, n)
        doubles = self.round.doubles
        if not doubles:
            return
        programme.constrain(twice, doubles, doubles)
        for team, (low, high) in spread_of_doubles(self.round).items():
            its = [twice[c] for c, group in enumerate(self.groups) if group.team == team]
            programme.constrain(its, low, high)

    def _load(self, programme: _Programme, reads: Reads) -> None:
        """How many each reviewer reads, and each team; people share their team's evenly."""
        round_, own = self.round, defaultdict(list)
        for (u, _), at in reads.items():
            own[u].append(at)
        for team, (low, high) in round_.team_reads.items():
            members = [u for u, who in enumerate(self.readers) if who.team == team]
            programme.constrain(chain.from_iterable(own[u] for u in members), low, high)
            sharers = [u for u in members if self.readers[u].name in round_.sharers]
            least = programme.variable(round_.size)
            for u in sharers:
                programme.constrain({**dict.fromkeys(own[u], 1), least: -1}, 0, 1)
        for u, reviewer in enumerate(self.readers):
            if reviewer.name in round_.reads:
                programme.constrain(own[u], *round_.reads[reviewer.name])

    def pair_up(self, programme: _Programme, reads: Reads) -> tuple[list[int], list[int], int]:
        """So many of a team's files for one other team; what tells a pair, a swap, and the most
        files of a pair.
        """  # noqa: D205 - one thought
        round_ = self.round
        reading, sizes = set(round_.teams), Counter(case.team for case in round_.cases)
        most = programme.variable(min(round_.per_pair, round_.size))
        used = {}
        for pair, parts in self.by_pair(reads).items():
            if pair[1] not in reading:
                continue
            used[pair] = programme.variable(1)
            at_most = min(round_.per_pair, sizes[pair[1]])
            programme.constrain({**dict.fromkeys(parts, 1), used[pair]: -at_most}, -np.inf, 0)
            programme.constrain({**dict.fromkeys(parts, 1), used[pair]: -1}, 0, np.inf)
            programme.constrain({**dict.fromkeys(parts, 1), most: -1}, -np.inf, 0)
        swaps = []
        for one, other in used:
            if one < other and (other, one) in used:
                swap = programme.variable(1)
                terms = {used[one, other]: 1, used[other, one]: 1, swap: -1}
                programme.constrain(terms, -np.inf, 1)
                swaps.append(swap)
        return list(used.values()), swaps, most

    def weights(self, reads: Reads, twice: Sequence[int]) -> dict[int, int]:
        """What settles the rest, as the seed draws it."""

        def weight(*names: str) -> int:
            return 1 + self._lot(*names) % _WEIGHTS

        first = [group.cases[0].reference for group in self.groups]
        return {
            **{at: weight("reads", self.readers[u].name, first[c]) for (u, c), at in reads.items()},
            **{at: weight("twice", first[c]) for c, at in enumerate(twice)},
        }

    def dealt(self, reads: Reads, found: np.ndarray) -> list[tuple[Reviewer, CaseFile]]:
        """The readings of files that are alike, dealt to each in turn, the first ones twice.

        A team reads no more of them than there are, so going on by team none comes to it twice.
        """
        readings = []
        for c, group in enumerate(self.groups):
            parts = [(u, int(found[reads[u, c]])) for u in group.readers]
            parts.sort(key=lambda part: self._lot("deal", self.readers[part[0]].team, group.team))
            dealt = [u for u, n in parts for _ in range(n)]
            for place, u in enumerate(dealt):
                readings.append((self.readers[u], group.cases[place % len(group.cases)]))
        return readings


def spread_of_doubles(round_: Round) -> dict[str, tuple[int, int]]:
    """How many of each team's files are read twice: as even as its number of files allows."""
    sizes = {team: sum(case.team == team for case in round_.cases) for team in round_.owners}
    level = 0
    while level < max(sizes.values()) and _up_to(level + 1, sizes) <= round_.doubles:
        level += 1
    most = level + (_up_to(level, sizes) < round_.doubles)
    return {team: (min(n, level), min(n, most)) for team, n in sizes.items()}


def _up_to(level: int, sizes: Mapping[str, int]) -> int:
    return sum(min(n, level) for n in sizes.values())


def _best(
    programme: _Programme, steps: Sequence[Mapping[int, int]], seconds: float
) -> tuple[np.ndarray | None, list[bool]]:
    """The numbers that are best by each step in turn, and by which of them that is certain."""
    found: np.ndarray | None = None
    certain = []
    end = time.monotonic() + seconds
    for costs in steps:
        left = max(end - time.monotonic(), _LEAST_SECONDS)
        answer, best = _solve(programme, costs, left) if costs else (found, True)
        certain.append(best)
        if not costs:
            continue
        if answer is not None:
            found = answer
            reached = sum(cost * int(found[at]) for at, cost in costs.items())
            programme.constrain(costs, -np.inf, reached)
        elif best and found is None:
            return None, certain
    if found is None:
        raise TimeoutError
    return found, certain


def _solve(
    programme: _Programme, costs: Mapping[int, int], seconds: float
) -> tuple[np.ndarray | None, bool]:
    """The best whole numbers, if there are any, and whether that is certain."""
    entries = [(i, j, k) for i, row in enumerate(programme.rows) for j, k in row.items()]
    # In 32 bits, as the oldest scipy that is allowed wants the places.
    rows, columns, values = np.array(entries, dtype=np.int32).T
    shape = len(programme.rows), len(programme.most)
    terms = csr_array((values.astype(float), (rows, columns)), shape=shape)
    objective = np.zeros(len(programme.most))
    objective[list(costs)] = list(costs.values())
    # In a thread of its own, so that Ctrl-C is heeded while the solver works.
    with ThreadPoolExecutor(1) as thread:
        work = thread.submit(
            optimize.milp,
            objective,
            integrality=np.ones(len(programme.most), dtype=np.int8),
            bounds=optimize.Bounds(0, np.array(programme.most)),
            constraints=optimize.LinearConstraint(terms, *zip(*programme.ranges, strict=True)),
            options={"time_limit": seconds, "mip_rel_gap": 0},
        )
        while not work.done():
            wait([work], _PAUSE)
    answer = work.result()
    if answer.x is None:
        return None, answer.status != _TIME_OUT
    return np.rint(answer.x).astype(int), answer.status == _OPTIMAL
