"""How a command gives its answer: on the screen, as JSON, or as a report to circulate."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from casefile_audit.commands.bundles import flag, option, several
from casefile_audit.commands.options import print_json
from casefile_audit.english import count, listing, quoted
from casefile_audit.errors import UsageError
from casefile_audit.output.writing import OutputTable, check_output, write_bytes
from casefile_audit.report.blocks import Page
from casefile_audit.report.reports import DOCUMENT_SUFFIXES, Marking, Report, rendered
from casefile_audit.report.screens import AnswerPages
from casefile_audit.report.terminal import safe_json, say, show
from casefile_audit.results import PrintedAnswer
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.loading import Part, Read, describe

if TYPE_CHECKING:
    from casefile_audit.report.word_templates import WordTemplate

_Answer = TypeVar("_Answer", bound=PrintedAnswer)
ANSWER_SUFFIXES = (".json", *DOCUMENT_SUFFIXES)


@dataclass(frozen=True)
class Outputs:
    """Where an answer goes: files that may be written, and what is printed."""

    paths: Sequence[Path]
    json: bool
    template: "WordTemplate | None"
    force: bool

    def give(
        self,
        answer: PrintedAnswer,
        report_of: Callable[[str], Report],
        on_screen: Callable[[], None] | None = None,
    ) -> None:
        """Write an answer to every file that was asked for, and print it.

        Args:
            answer: what was found.
            report_of: the same as people read it, for files whose names end so.
            on_screen: prints it where no JSON is wanted; without it the report's page is printed.

        Raises:
            UsageError: it can't be written.
        """
        self.save(answer, report_of)
        self.print(answer, on_screen or (lambda: show(report_of("").page)))

    def answer(
        self, found: _Answer, pages: AnswerPages[_Answer], *, details: bool, full: bool
    ) -> None:
        """The same of an answer that has one screen, a document and figures."""
        self.give(
            found,
            lambda _: Report(pages.document(found), pages.figures(found)),
            lambda: pages.show(found, details, full),
        )

    def publish(self, answer: PrintedAnswer, page: Page, figures: OutputTable) -> None:
        """The same of an answer that may be published, and says so."""
        self.give(answer, lambda _: Report(page, figures, marking=Marking.PUBLISHABLE))

    def save(
        self,
        answer: PrintedAnswer,
        report_of: Callable[[str], Report],
        told: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """The first half of ``give``; ``told``, by the end of its name, is said of a file too."""
        for path in self.paths:
            suffix = path.suffix.lower()
            if suffix == ".json":
                content = safe_json(answer.as_json()).encode()
            else:
                content = rendered(report_of(suffix)._replace(template=self.template), suffix)
            write_bytes(path, content, self.force)
            say_written(path, told.get(suffix, ""))

    def print(self, answer: PrintedAnswer, on_screen: Callable[[], None]) -> None:
        """The second half of ``give``."""
        print_json(answer.as_json()) if self.json else on_screen()


@dataclass(frozen=True)
class AnswerOptions:
    """How an answer is given, besides on the screen."""

    json: bool = flag("Print the answer as JSON, and nothing else.")
    output: list[Path] = several(
        f"Save a report to circulate ({', '.join(DOCUMENT_SUFFIXES)}), or the answer for "
        "other programs and for later (.json). May be given again.",
        "FILE",
        names=("-o", "--output"),
    )
    template: Path | None = option(
        "Write -o FILE.docx in the styles, page, headers and footers of this Word document.",
        "FORCE.docx",
    )

    @property
    def files(self) -> list[Path]:
        """What is read for it."""
        return [self.template] if self.template else []

    def checked(self, inputs: Sequence[Path], force: bool) -> Outputs:
        """Where the answer goes, refused before any work is done for it.

        Raises:
            UsageError: a file can't be written or is one of the inputs, or the template can't be
                used.
        """
        check_outputs(self.output, force, inputs, ANSWER_SUFFIXES)
        return Outputs(self.output, self.json, _template_of(self.template, self.output), force)


def _template_of(path: Path | None, outputs: Sequence[Path]) -> "WordTemplate | None":
    """The Word template that was given, and on standard error which styles it hasn't.

    Raises:
        UsageError: it can't be read as one, or no Word document is to be written.
    """
    if path is None:
        return None
    if not any(output.suffix.lower() == ".docx" for output in outputs):
        raise UsageError(
            "--template is for a Word document, and none is to be written",
            hint="Add -o FILE.docx, or leave out --template.",
        )
    from casefile_audit.report.word_templates import read_template  # heavy, and seldom wanted

    template = read_template(path)
    if template.missing:
        styles = listing(quoted(template.missing))
        say(f"note: {path} has no style {styles}: Word's plain ones are taken")
    return template


def check_outputs(
    paths: Iterable[Path], force: bool, inputs: Sequence[Path], suffixes: Sequence[str]
) -> None:
    """Refuse outputs before any work is done for them.

    Raises:
        UsageError: as ``check_output``; or one file is asked for twice.
    """
    asked: list[Path] = []
    for path in paths:
        check_output(path, force, suffixes, inputs=inputs)
        refuse_twice(path, asked)
        asked.append(path)


def refuse_twice(path: Path, others: Iterable[Path]) -> None:
    """Refuse a file that is to be another output already.

    Raises:
        UsageError: it is.
    """
    if path.resolve() in (other.resolve() for other in others):
        raise UsageError(
            f"`{path}` is to be written twice", hint="Give each output a name of its own."
        )


def say_written(path: Path, what: str = "") -> None:
    """On standard error, what was written."""
    say(f"Wrote {path}{what}.")


def checked(read: Read[Part], faults_of: Callable[[Part], Iterable[Fault]]) -> tuple[Part, str]:
    """What was read, if nothing is wrong with it, and how many warnings were said of it.

    Raises:
        RubricError: it has mistakes; all of them are named.
    """
    faults = list(read.faults)
    if read.found is not None and not any(fault.is_error for fault in faults):
        faults += faults_of(read.found)
    for fault in faults:
        if not fault.is_error:
            say(f"warning: {describe(read.text, fault)}")
    warnings = count(len(faults), "warning") if faults else "no warnings"
    return read._replace(faults=faults).whole(), warnings
