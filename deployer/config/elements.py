"""`${name}`, `${location}` and `${unique}`: what a value says about the element that it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from deployer.config.findings import Findings, did_you_mean, listed
from deployer.config.shape import Fields, Leaf, unfit
from deployer.config.specs import Text

_REFERENCE = re.compile(r"\$\{([a-z][a-zA-Z]*)\}")


class Element(NamedTuple):
    """What can be referred to here. A key that names an element cannot refer to itself: it sees what is around."""

    words: Mapping[str, str]

    def within(self, **words: str | None) -> Element:
        """An element inside this one; what it does not know, it has from around."""
        known = {key: word for key, word in words.items() if word is not None}
        return Element({**self.words, **known})


def text(leaf: Leaf | None, element: Element, findings: Findings) -> str | None:
    """A text with its references replaced; None when there is none or it cannot be used."""
    if leaf is None or not isinstance(leaf.value, str):
        return None
    if "${" not in leaf.value:
        return leaf.value
    unknown = [one for one in _REFERENCE.findall(leaf.value) if one not in element.words]
    for name in unknown:
        known = listed(f"${{{one}}}" for one in element.words)
        findings.error(
            "config.bad-reference",
            "A reference to nothing",
            leaf.place,
            f"${{{name}}} is not known here.",
            did_you_mean(name, element.words)
            or (f"Known here: {known}." if known else "Write it out."),
        )
    replaced = _REFERENCE.sub(lambda match: element.words.get(match[1], match[0]), leaf.value)
    if "${" in replaced:
        return None
    if isinstance(leaf.spec, Text) and not leaf.spec.fits(replaced):
        unfit(leaf.spec, replaced, leaf.written, leaf.place, findings, leaf.path)
        return None
    return replaced


def labels(fields: Fields, element: Element, findings: Findings) -> Mapping[str, str]:
    """Tags, with their references replaced."""
    found = ((key, text(fields.leaf(key), element, findings)) for key in fields.values)
    return {key: value for key, value in found if value is not None}
