"""Whether a finished rota keeps every rule: by code that knows nothing of the solver."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from casefile_audit.allocation.models import Review, Round, Tag


def broken_rules(round_: Round, reviews: list[Review]) -> list[str]:
    """What is wrong with a rota, one line each; nothing where every rule is kept."""
    return [
        *_who_and_what(round_, reviews),
        *_own(round_, reviews),
        *_apart(round_, reviews),
        *_times_read(round_, reviews),
        *_numbers(round_, reviews),
        *_pairs(round_, reviews),
    ]


def swaps(reviews: list[Review]) -> list[tuple[str, str]]:
    """The pairs of teams that review each other."""
    ways = {(review.reviewing_team, review.team) for review in reviews}
    return sorted((a, b) for a, b in ways if a < b and (b, a) in ways)


def _who_and_what(round_: Round, reviews: list[Review]) -> Iterator[str]:
    people = {(who.name, who.team) for who in round_.reviewers}
    files = {(case.reference, case.team) for case in round_.cases}
    for review in reviews:
        if (review.reviewer, review.reviewing_team) not in people:
            yield f"{review.reviewer} of {review.reviewing_team} is no reviewer of this round"
        if (review.case, review.team) not in files:
            yield f"{review.case} of {review.team} is no file of this round"


def _own(round_: Round, reviews: list[Review]) -> Iterator[str]:
    workers = {case.reference: case.workers for case in round_.cases}
    for review in reviews:
        if review.team == review.reviewing_team:
            yield f"{review.reviewer} reads {review.case}, which is their own team's"
        if review.reviewer in workers.get(review.case, ()):
            yield f"{review.reviewer} reads {review.case}, on which they worked"


def _apart(round_: Round, reviews: list[Review]) -> Iterator[str]:
    workers = {case.reference: case.workers for case in round_.cases}
    for review in reviews:
        if (review.reviewing_team, review.team) in round_.previous:
            yield f"{review.reviewing_team} reviews {review.team} again"
        here: list[Tag] = [("person", review.reviewer), ("team", review.reviewing_team)]
        there: list[Tag] = [("case", review.case), ("team", review.team)]
        there += [("person", worker) for worker in workers.get(review.case, ())]
        for pair in round_.conflicts:
            one, other = sorted(pair)
            if (one in here and other in there) or (other in here and one in there):
                yield f"{review.reviewer} reads {review.case}, though a conflict keeps them apart"


def _times_read(round_: Round, reviews: list[Review]) -> Iterator[str]:
    by: dict[str, list[str]] = defaultdict(list)
    for review in reviews:
        by[review.case].append(review.reviewing_team)
    for case in round_.cases:
        teams = by[case.reference]
        if not 1 <= len(teams) <= 2:
            yield f"{case.reference} is read {len(teams)} times"
        if len(set(teams)) < len(teams):
            yield f"{case.reference} is read twice by one team"
    twice = [case for case in round_.cases if len(by[case.reference]) == 2]
    if len(twice) != round_.doubles:
        yield f"{len(twice)} files are read twice, and not {round_.doubles}"
    own, all_ = Counter(case.team for case in twice), Counter(case.team for case in round_.cases)
    if any(own[a] > own[b] + 1 and own[b] < all_[b] for a in all_ for b in all_):
        yield "the files that are read twice aren't spread over the teams"


def _numbers(round_: Round, reviews: list[Review]) -> Iterator[str]:
    people = Counter(review.reviewer for review in reviews)
    teams = Counter(review.reviewing_team for review in reviews)
    for numbers, ranges in ((people, round_.reads), (teams, round_.team_reads)):
        for name, (low, high) in ranges.items():
            if not low <= numbers[name] <= high:
                yield f"{name} reads {numbers[name]}, and not {low} to {high}"
    for team in round_.team_reads:
        shares = [
            people[who.name]
            for who in round_.reviewers
            if who.team == team and who.name in round_.sharers
        ]
        if shares and max(shares) > min(shares) + 1:
            yield f"the people of {team} don't share its reviews evenly"


def _pairs(round_: Round, reviews: list[Review]) -> Iterator[str]:
    reading = {who.team for who in round_.reviewers}
    for (reader, team), n in Counter((r.reviewing_team, r.team) for r in reviews).items():
        if team in reading and n > round_.per_pair:
            yield f"{reader} reads {n} files of {team}, and not {round_.per_pair}"
