"""A round of reviews: who reads, what is read, and the rules; and the rota that comes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from pydantic import Field

from casefile_audit.results import PrintedAnswer, ResultModel

SCHEMA = "casefile-audit/rota/1"

Range = tuple[int, int]
Tag = tuple[str, str]
"""A kind of thing (``team``, ``person``, ``case``) and its name."""


@dataclass(frozen=True)
class Reviewer:
    """Who reads: a person of a team, or a team as a whole, whose name is its team's."""

    name: str
    team: str

    @property
    def tags(self) -> set[Tag]:
        """What a conflict may name this reviewer by."""
        return {("person", self.name), ("team", self.team)}


@dataclass(frozen=True)
class CaseFile:
    """A file to be read.

    Attributes:
        workers: the people who worked on it, or look after those who did.
    """

    reference: str
    team: str
    workers: tuple[str, ...] = ()

    @property
    def tags(self) -> set[Tag]:
        """What a conflict may name this file by."""
        people: set[Tag] = {("person", name) for name in self.workers}
        return {("case", self.reference), ("team", self.team), *people}


class Obstacle(Enum):
    """Why somebody may not read a file, the first that holds."""

    OWN_TEAM = "it is their own team's"
    OWN_CASE = "they worked on it"
    CONFLICT = "a conflict keeps them apart"
    PREVIOUS = "their team reviewed that team last time"


@dataclass(frozen=True)
class Round:
    """What is to be shared out, and the rules.

    Attributes:
        doubles: how many of them are read twice, by reviewers of two teams.
        reads: the least and the most that each reviewer reads, by name.
        team_reads: the same for teams whose people share what their team reads; else empty.
        sharers: the people who share evenly what their team reads.
        per_pair: how many of one team's files go to the same other team at most.
        previous: the pairs of last time, the reading team first: they are barred one way.
        conflicts: pairs of what is kept apart, whichever is the reader.
        kept: the reviews that stay where they can, as a reviewer and a reference.
    """

    reviewers: tuple[Reviewer, ...]
    cases: tuple[CaseFile, ...]
    reads: Mapping[str, Range]
    per_pair: int
    seed: str
    doubles: int = 0
    team_reads: Mapping[str, Range] = field(default_factory=dict)
    sharers: frozenset[str] = frozenset()
    previous: frozenset[tuple[str, str]] = frozenset()
    conflicts: frozenset[frozenset[Tag]] = frozenset()
    kept: frozenset[tuple[str, str]] = frozenset()

    @property
    def teams(self) -> list[str]:
        """The teams that read, each once."""
        return list(dict.fromkeys(reviewer.team for reviewer in self.reviewers))

    @property
    def owners(self) -> list[str]:
        """The teams whose files are read, each once."""
        return list(dict.fromkeys(case.team for case in self.cases))

    @property
    def size(self) -> int:
        """How many reviews there are."""
        return len(self.cases) + self.doubles

    def obstacle(self, reviewer: Reviewer, case: CaseFile) -> Obstacle | None:
        """Why a reviewer may not read a file; None if they may."""
        if reviewer.team == case.team:
            return Obstacle.OWN_TEAM
        if reviewer.name in case.workers:
            return Obstacle.OWN_CASE
        if self.conflicts and any(pair in self.conflicts for pair in _pairs(reviewer, case)):
            return Obstacle.CONFLICT
        if (reviewer.team, case.team) in self.previous:
            return Obstacle.PREVIOUS
        return None


def _pairs(reviewer: Reviewer, case: CaseFile) -> Iterator[frozenset[Tag]]:
    return (frozenset((mine, its)) for mine in reviewer.tags for its in case.tags)


class Review(ResultModel):
    """One reading of one file."""

    case: str
    team: str
    reviewing_team: str
    reviewer: str


class Rota(PrintedAnswer):
    """Who reads what: the stable model that is printed as JSON.

    Attributes:
        readers: whether teams read, each as a whole, or people.
        reviews: each reading, by reviewer.
        reads: the number that each reviewer reads.
        read: the number of readings of each team's files.
        read_twice: the references that are read twice.
        per_pair: the most files of one team that go to the same other team.
        swaps: the pairs of teams that review each other, in spite of all.
        seed: what settles the rest: the same seed and lists give the same rota.
        proven: whether there is none with fewer swaps (and, with a rota that was kept, none with
            fewer changes): the time ran out, if not.
        settled: whether it is the one rota that the seed stands for.
        kept: with a rota that was kept, how many of its reviews stay.
        changes: with a rota that was kept, the reviews that it didn't have.
        dropped: the reviews that it had, and are no more.
        warnings: what is to be known before it is used, in sentences.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    readers: Literal["teams", "people"]
    reviews: list[Review]
    reads: dict[str, int]
    read: dict[str, int]
    read_twice: list[str]
    per_pair: int
    swaps: list[tuple[str, str]]
    seed: str
    proven: bool
    settled: bool
    kept: int = 0
    changes: list[Review] = Field(default_factory=list)
    dropped: list[Review] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)

    @property
    def teams(self) -> list[str]:
        """The teams that read, each once."""
        return list(dict.fromkeys(review.reviewing_team for review in self.reviews))
