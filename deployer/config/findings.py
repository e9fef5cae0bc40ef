"""Where problems are gathered while a configuration is read, so that all of them can be told at once."""

from __future__ import annotations

from collections.abc import Iterable

from deployer.core.problems import Place, Problem, Severity, in_order


class Findings:
    """The problems found so far."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    def error(self, code: str, summary: str, where: Place | None, detail: str, hint: str) -> None:
        """Something that makes the configuration unusable."""
        self._problems[Problem(code, Severity.ERROR, summary, detail, hint, where)] = None

    def warning(
        self,
        code: str,
        summary: str,
        where: Place | None,
        detail: str,
        hint: str,
        address: str = "",
    ) -> None:
        """Something to know; the configuration can be used."""
        problem = Problem(code, Severity.WARNING, summary, detail, hint, where, address)
        self._problems[problem] = None

    @property
    def all(self) -> tuple[Problem, ...]:
        """Each problem once, in order of place."""
        return in_order(self._problems)

    @property
    def are_fatal(self) -> bool:
        """Whether any of them is an error."""
        return any(one.severity is Severity.ERROR for one in self._problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, as a hint; empty when none is."""
    from difflib import get_close_matches

    names = list(known)
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f'Did you mean "{folded[near[0]]}"?' if near else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words as a phrase: `a, b or c`."""
    every = list(words)
    return f"{', '.join(every[:-1])} {last} {every[-1]}" if len(every) > 1 else "".join(every)
