"""What was heard: a deployment, the model that answered, and a line of figures per check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deployer.core.report import CheckResult, Outcome
from deployer.render.text.layout import NARROW, Style, hanging
from deployer.render.wording import seconds, short_name

_WORDS = {Outcome.PASSED: "ok", Outcome.FAILED: "failed", Outcome.SKIPPED: "skipped"}
_MEANINGS = {Outcome.PASSED: "good", Outcome.FAILED: "bad", Outcome.SKIPPED: "warn"}
_TITLES = ("first audio", "total", "audio", "real-time factor")
_CELL = 13
_CAPTION = "  first audio: until a listener hears something; silence at its start counts"


def check_lines(checks: Sequence[CheckResult], style: Style, width: int) -> Iterator[str]:
    """Nothing, where nothing was checked."""
    if not checks:
        return
    names = max(len(check.check) for check in checks)
    lead = 4 + len("skipped") + 2 + names
    tabular = width >= max(NARROW, lead + _CELL * 3 + len(_TITLES[-1]) + 2)
    heads = [title.rjust(_CELL) for title in _TITLES[:-1]] + ["  " + _TITLES[-1]] if tabular else []
    yield style("Checks", "strong") + " " * (lead - len("Checks")) + style("".join(heads), "dim")
    for address, mine in _by_deployment(checks).items():
        models = {str(check.model) for check in mine if check.model is not None}
        yield f"  {short_name(address)}  {style(', '.join(sorted(models)), 'dim')}"
        for check in mine:
            word = style(_WORDS[check.outcome].ljust(len("skipped")), _MEANINGS[check.outcome])
            start = f"    {word}  {check.check.ljust(names)}"
            if check.outcome is Outcome.PASSED and tabular:
                cells = [figure.rjust(_CELL) for figure in figures(check)[:-1]]
                yield start + "".join(cells) + figures(check)[-1].rjust(len(_TITLES[-1]) + 2)
            else:
                yield from hanging(f"{start}  ", _sentence(check), lead + 2, width)
    if tabular and any("firstAudio" in check.timings for check in checks):
        yield style(_CAPTION, "dim")


def figures(check: CheckResult) -> tuple[str, str, str, str]:
    """Time to the first audible sample, whole time, seconds of audio, real-time factor; `-` where unknown."""
    return (
        _duration(check.timings, "firstAudio"),
        _duration(check.timings, "total"),
        _duration(check.evidence, "audioSeconds"),
        _ratio(check.evidence, "realTimeFactor"),
    )


def _sentence(check: CheckResult) -> str:
    if check.outcome is Outcome.SKIPPED:
        return check.reason
    if check.outcome is Outcome.FAILED:
        return check.diagnosis.summary if check.diagnosis else check.reason
    pairs = zip(_TITLES, figures(check), strict=True)
    return ", ".join(f"{title} {figure}" for title, figure in pairs if figure != "-")


def _by_deployment(checks: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    groups: dict[str, list[CheckResult]] = {}
    for check in checks:
        groups.setdefault(check.address, []).append(check)
    return groups


def _duration(
    values: Mapping[str, str | int | float | bool] | Mapping[str, float], name: str
) -> str:
    value = values.get(name)
    return seconds(value) if isinstance(value, int | float) else "-"


def _ratio(values: Mapping[str, str | int | float | bool], name: str) -> str:
    value = values.get(name)
    return f"{value:.2f}" if isinstance(value, int | float) else "-"
