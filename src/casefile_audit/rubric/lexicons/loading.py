"""Reading a lexicon and checking it: its keys, and the examples inside it."""

from collections.abc import Iterator

from pydantic import ValidationError

from casefile_audit.english import did_you_mean
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.lexicons.model import NOT_FOUND, Lexicon
from casefile_audit.rubric.lexicons.written import cleaned
from casefile_audit.rubric.lexicons.yaml_files import find_lexicon, read_lexicon_text
from casefile_audit.rubric.loading import Read, faults_of_validation

_HOW = "How a lexicon is written: docs/language.md."


def load_lexicon(name: str) -> Lexicon:
    """Read a lexicon by name or path, and check it.

    Raises:
        RubricError: it can't be found or read, or has faults; all of them are named.
    """
    return read_lexicon(name).whole()


def read_lexicon(name: str) -> Read[Lexicon]:
    """Read a lexicon, and list its faults.

    Raises:
        RubricError: it can't be found, or isn't YAML.
    """
    text = read_lexicon_text(find_lexicon(name))
    faults = [
        Fault(("drop", place), f"there is no term `{named}` to drop")
        for place, named in text.not_there.items()
    ]
    try:
        lexicon = Lexicon.model_validate(text.data).with_sha256(text.sha256)
    except ValidationError as error:
        return Read(text, None, [*faults, *faults_of_validation(error, text.data, Lexicon)], _HOW)
    return Read(text, lexicon, [*faults, *_faults_of(lexicon)], _HOW)


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
