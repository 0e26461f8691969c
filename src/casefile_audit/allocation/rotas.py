"""From a round to its rota: shared out, checked, and told what changed."""

from collections import Counter
from collections.abc import Sequence

from casefile_audit.allocation.checking import broken_rules, swaps
from casefile_audit.allocation.models import Review, Rota, Round
from casefile_audit.allocation.rounds import PreparedRound
from casefile_audit.allocation.shortfall import no_rota
from casefile_audit.allocation.solving import SECONDS, share_out
from casefile_audit.errors import UsageError


def rota_of(prepared: PreparedRound, seconds: float = SECONDS) -> Rota:
    """Share out the reviews of a round.

    Raises:
        UsageError: the rules leave no way, or none was found in time.
    """
    round_ = prepared.round
    try:
        shared = share_out(round_, seconds)
    except TimeoutError:
        raise UsageError(
            f"no rota was found within {seconds:g} seconds, nor that there is none",
            hint="Ask for fewer reviews of each, or take back one of the rules.",
        ) from None
    if shared is None:
        raise no_rota(round_)
    reviews = sorted(
        (
            Review(case=it.reference, team=it.team, reviewing_team=who.team, reviewer=who.name)
            for who, it in shared.readings
        ),
        key=lambda r: (r.reviewing_team, r.reviewer, r.team, r.case),
    )
    if broken := broken_rules(round_, reviews):
        raise AssertionError("the rota breaks its rules: " + "; ".join(broken))
    return _rota(round_, reviews, prepared, shared.proven, shared.settled)


def _rota(
    round_: Round, reviews: Sequence[Review], prepared: PreparedRound, proven: bool, settled: bool
) -> Rota:
    people, teams = Counter(r.reviewer for r in reviews), Counter(r.team for r in reviews)
    times = Counter(review.case for review in reviews)
    here, before = set(reviews), set(prepared.before)
    return Rota(
        readers="people" if prepared.people else "teams",
        reviews=list(reviews),
        reads={who.name: people[who.name] for who in round_.reviewers},
        read={team: teams[team] for team in sorted({*round_.owners, *round_.teams})},
        read_twice=[case.reference for case in round_.cases if times[case.reference] > 1],
        per_pair=max(Counter((r.reviewing_team, r.team) for r in reviews).values()),
        swaps=swaps(list(reviews)),
        seed=round_.seed,
        proven=proven,
        settled=settled,
        changes=[r for r in reviews if r not in before] if before else [],
        dropped=[r for r in prepared.before if r not in here],
        kept=len(here & before),
        warnings=prepared.warnings,
    )
