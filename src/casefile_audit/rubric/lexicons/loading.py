"""Reading a lexicon and checking it: its keys, and the examples inside it."""

from collections.abc import Iterator

from pydantic import ValidationError

from casefile_audit.english import did_you_mean
from casefile_audit.errors import RubricError
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.lexicons.model import NOT_FOUND, Lexicon
from casefile_audit.rubric.lexicons.written import cleaned
from casefile_audit.rubric.lexicons.yaml_files import LexiconText, find_lexicon, read_lexicon_text
from casefile_audit.rubric.loading import faults_of_validation, mistakes_error


def load_lexicon(name: str) -> Lexicon:
    """Read a lexicon by name or path, and check it.

    Raises:
        RubricError: it can't be found or read, or has faults; all of them are named.
    """
    text, lexicon, faults = read_lexicon(name)
    errors = [fault for fault in faults if fault.is_error]
    if lexicon is None or errors:
        raise lexicon_error(text, errors)
    return lexicon


def read_lexicon(name: str) -> tuple[LexiconText, Lexicon | None, list[Fault]]:
    """Read a lexicon, and list its faults; it is None where they keep it from being understood.

    Raises:
        RubricError: it can't be found, or isn't YAML.
    """
    text = read_lexicon_text(find_lexicon(name))
    faults = list(_drop_faults(text))
    try:
        lexicon = Lexicon.model_validate(text.data).with_sha256(text.sha256)
    except ValidationError as error:
        return text, None, [*faults, *faults_of_validation(error, text.data, Lexicon)]
    return text, lexicon, [*faults, *_faults_of(lexicon)]


def _drop_faults(text: LexiconText) -> Iterator[Fault]:
    for place, name in text.not_there.items():
        yield Fault(("drop", place), f"there is no term `{name}` to drop")


def _faults_of(lexicon: Lexicon) -> Iterator[Fault]:
    if not lexicon.lexicon:
        yield Fault((), "`lexicon` is missing", "give it a name, such as `lexicon: our-words`")
    for name, term in lexicon.terms.items():
        for place, source in enumerate(term.source):
            if source not in lexicon.sources:
                hint = did_you_mean(source, list(lexicon.sources)) or "write it under `sources`"
                found = f"there is no source `{source}`"
                yield Fault(("terms", name, "source", place), found, hint)
        if not term.alternatives and term.why == "":
            found = "it says neither `why` nor any `alternatives`: it could teach nobody"
            yield Fault(("terms", name), found, is_error=False)


def example_faults(lexicon: Lexicon) -> Iterator[Fault]:
    """Examples of a lexicon that come to something else than they say."""
    for name, term in lexicon.terms.items():
        if not term.examples:
            found = "it has no `examples`: nothing would tell if it stopped working"
            yield Fault(("terms", name), found, is_error=False)
        for place, example in enumerate(term.examples):
            found = outcome_of(lexicon, name, example.text)
            if found != example.expect:
                said = f"this text comes to `{found}`, and `{example.expect}` was expected"
                hint = "correct the example, or the forms"
                yield Fault(("terms", name, "examples", place), said, hint)


def outcome_of(lexicon: Lexicon, term: str, text: str) -> str:
    """How a term is meant in a text, where it first stands; or that it isn't found."""
    hits = [hit for hit in lexicon.hits(cleaned(text)) if hit.term == term]
    return hits[0].usage.value if hits else NOT_FOUND


def lexicon_error(text: LexiconText, errors: list[Fault]) -> RubricError:
    """An error that names every fault with its line."""
    return mistakes_error(text, errors, "How a lexicon is written: docs/language.md.")
