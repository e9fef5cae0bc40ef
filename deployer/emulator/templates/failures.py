"""What is wrong with a template, in Resource Manager's code and words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

INVALID = "InvalidTemplate"

Path = tuple[str | int, ...]
"""Where something stands in a template, from its root: `("resources", 0, "name")`."""

UNFIT = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What Python raises where a template has a form that nobody foresaw."""


class TemplateInvalid(Exception):
    """A template that cannot be deployed: Azure's code, and a message in its form.

    `subject` is the part that is wrong, as messages name it (`template resource 'voice'`), and `at` where it stands;
    `path` is the exact place. Both are the template's own; what it says of lines only the reader of the text knows.
    Forms of messages: Azure/Azure-Landing-Zones#3359 and Azure-Samples/azure-search-openai-demo#2321 (before the run),
    MicrosoftDocs/azure-docs#115708 (while it runs, with the place), Azure/azure-cli#14373 (syntax).
    """

    form = "Deployment template validation failed: '{reason}'."

    def __init__(
        self, why: str, code: str = INVALID, *, subject: str = "", at: Path = (), path: Path = ()
    ) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.subject = subject
        self.at = at
        self.path = path

    @property
    def message(self) -> str:
        """The whole sentence; every other code brings a sentence of its own."""
        return self.sentence()

    @property
    def reason(self) -> str:
        """What is wrong with which part, without the sentence around it."""
        return self._reason("")

    def sentence(self, line: int = 0, column: int = 0) -> str:
        """The same, saying where the subject stands when that is known."""
        where = f" at line '{line}' and column '{column}'" if line else ""
        if self.code != INVALID:
            return self._reason(where)
        return self.form.format(
            reason=self._reason(where), why=self.why, subject=self.subject, where=where
        )

    def _reason(self, where: str) -> str:
        return f"The {self.subject}{where} is not valid: {self.why}" if self.subject else self.why


class Unparsable(TemplateInvalid):
    """An expression that is none."""

    form = (
        "Deployment template language expression evaluation failed: '{why}'. Please see "
        "https://aka.ms/arm-template-expressions for usage details."
    )


class Unprocessable(TemplateInvalid):
    """A resource whose expressions have no value when it is to be written; `subject` is its id."""

    form = (
        "Unable to process template language expressions for resource '{subject}'{where}. '{why}'"
    )


@contextmanager
def told_of(subject: str, at: Path) -> Iterator[None]:
    """Whatever goes wrong within becomes a `TemplateInvalid` that names this part of the template."""
    try:
        yield
    except TemplateInvalid as invalid:
        if not invalid.subject:
            invalid.subject, invalid.at = subject, at
            invalid.path = invalid.path or at
        raise
    except UNFIT as error:
        deep = isinstance(error, RecursionError)
        why = "it is nested too deeply." if deep else "it has a form that is not expected here."
        raise TemplateInvalid(why, subject=subject, at=at, path=at) from error
