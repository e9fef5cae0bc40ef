"""What is told of functions that do not exist, stand in the wrong place, or have no value for their arguments."""

from __future__ import annotations

from deployer.emulator.templates.failures import TemplateInvalid


def unheard_of(name: str) -> TemplateInvalid:
    """What is told of a function that there is not."""
    return TemplateInvalid(
        f"The template function '{name}' is not valid. Please see "
        "https://aka.ms/arm-functions for usage details."
    )


def misplaced(name: str, reason: str = "") -> TemplateInvalid:
    """What is told of a function in a place where it may not be used."""
    words = f"{reason}. " if reason else ""
    return TemplateInvalid(
        f"The template function '{name}' is not expected at this location. {words}"
        "Please see https://aka.ms/arm-functions for usage details."
    )


def unknown(what: str, name: str) -> TemplateInvalid:
    """What is told of a parameter or variable that is not declared."""
    return TemplateInvalid(
        f"The template {what} '{name}' is not found. Please see "
        f"https://aka.ms/arm-syntax-{what.replace(' ', '-')}s for usage details."
    )


def unfit(name: str, why: str) -> TemplateInvalid:
    """What is told of a function that has no value for its arguments."""
    return TemplateInvalid(
        f"Unable to evaluate template language function '{name}': {why} "
        "Please see https://aka.ms/arm-functions for usage details."
    )
