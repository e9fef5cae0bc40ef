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
    """A template that cannot be deployed: Azure's code, and a message in its form (general knowledge).

    `subject` is the part that is wrong, as messages name it (`template resource 'voice'`), and `at` where it stands;
    `path` is the exact place. Both are the template's own; what it says of lines only the reader of the text knows.
    """

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
        return self._reason()

    def sentence(self, line: int = 0, column: int = 0) -> str:
        """The same, saying where the subject stands when that is known."""
        why = self._reason(line, column)
        return f"Deployment template validation failed: '{why}'." if self.code == INVALID else why

    def _reason(self, line: int = 0, column: int = 0) -> str:
        if not self.subject:
            return self.why
        where = f" at line '{line}' and column '{column}'" if line else ""
        return f"The {self.subject}{where} is not valid: {self.why}"


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
        why = f"it has an unexpected form ({type(error).__name__}: {error})."
        raise TemplateInvalid(why, subject=subject, at=at, path=at) from error
