"""How our names and Azure's spell each other."""

from __future__ import annotations


def camel(name: str) -> str:
    """A field's name as Azure and JSON spell it: `custom_sub_domain_name` is customSubDomainName."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
