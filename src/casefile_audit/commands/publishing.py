"""What commands share that write something to publish: the options, and which counts are small."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casefile_audit.commands.bundles import flag, option, several
from casefile_audit.errors import UsageError
from casefile_audit.publishing.models import HIDES_UP_TO, HidingRule, Publication
from casefile_audit.results import Result
from casefile_audit.rubric.model import small_counts


@dataclass(frozen=True)
class HidingOptions:
    """What is hidden in what is published.

    Attributes:
        up_to: the largest count that is small; None where whoever publishes doesn't say.
        earlier: what was published before of what may be the same cases.
    """

    up_to: int | None
    earlier: Sequence[Publication]

    def rule(self, results: Sequence[Result]) -> HidingRule:
        """Which counts are small: as the user says, or else the rubrics, or else by default."""
        if self.up_to is not None:
            return HidingRule(up_to=self.up_to, set_by="whoever published it")
        by_rubric = [r.rubric.hides_up_to for r in results if r.rubric.hides_up_to is not None]
        if by_rubric:
            return HidingRule(up_to=max(by_rubric), set_by="the rubric")
        return HidingRule(up_to=HIDES_UP_TO, set_by="the program's default")


@dataclass(frozen=True)
class PublishOptions:
    """Whether an answer is made to be published."""

    publish: bool = flag(
        "Hide small numbers, and what they could be worked out from, in all that is "
        "printed and saved."
    )
    hide: str | None = option(
        "The counts that --publish hides, such as '1 to 7'. By default as the rubric "
        f"says, or else '1 to {HIDES_UP_TO}'.",
        "COUNTS",
    )
    published: list[Path] = several(
        "With --publish, what was published before of what may be the same cases: nothing "
        "may be worked out from both together. May be given again.",
        "FILE",
    )

    def checked(self, details: bool, findings: bool = False) -> HidingOptions | None:
        """What is hidden; None if nothing is to be published.

        Raises:
            UsageError: cases would be told of one by one; an option goes with ``--publish`` only;
                ``--hide`` is no range from 1; or a file is no publication.
        """
        if not self.publish:
            given = "--hide" if self.hide is not None else "--published" if self.published else None
            if given:
                raise UsageError(f"{given} goes with --publish", hint="Add --publish.")
            return None
        if details or findings:
            raise UsageError(
                "--details lists case references, which are never published"
                if details
                else "--findings would write the findings case by case, which are never published",
                hint=f"Leave out {'--details' if details else '--findings'}, or --publish.",
            )
        return HidingOptions(self._up_to(), self._earlier())

    def _up_to(self) -> int | None:
        if self.hide is None:
            return None
        try:
            return small_counts(self.hide)
        except ValueError as error:
            raise UsageError(f"--hide: {error}", hint="Write it as --hide '1 to 4'.") from None

    def _earlier(self) -> list[Publication]:
        from casefile_audit.publishing.publication import saved_publications

        earlier: list[Publication] = []
        for path in self.published:
            found = saved_publications(path)
            if not found:
                raise UsageError(
                    f"--published: `{path}` can't be read, or holds no publication saved as JSON",
                    hint="Give what --publish -o FILE.json wrote.",
                )
            earlier += found
        return earlier
