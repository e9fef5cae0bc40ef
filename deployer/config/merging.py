"""How a file differs from the one it extends: mappings merge, lists of named things merge by name, the rest replaces."""

from __future__ import annotations

from deployer.config.nodes import Entries, Items, Node, Scalar


def merged(base: Entries, over: Entries) -> Entries:
    """The base as changed by the file that extends it. Every value keeps the place where it is written."""
    entries = dict(base.entries)
    for key, node in over.entries.items():
        below = base.get(key)
        entries[key] = node if below is None else _merged(below, node)
    return Entries(entries, {**base.keys, **over.keys}, over.place)


def _merged(base: Node, over: Node) -> Node:
    match base, over:
        case Entries(), Entries():
            return merged(base, over)
        case Items(), Items() if _all_named(base) and _all_named(over):
            return _by_name(base, over)
        case _:
            return over


def _by_name(base: Items, over: Items) -> Items:
    items = list(base.items)
    positions = {_name(one): i for i, one in reversed(list(enumerate(items)))}
    for one in over.items:
        # A name is merged once: written twice in one file, it stays twice and is complained about.
        position = positions.pop(_name(one), None)
        if position is None:
            items.append(one)
        else:
            items[position] = _merged(items[position], one)
    return Items(tuple(items), over.place)


def _all_named(items: Items) -> bool:
    return all(_name(one) is not None for one in items.items)


def _name(node: Node) -> str | None:
    name = node.get("name") if isinstance(node, Entries) else None
    return name.text.casefold() if isinstance(name, Scalar) and not name.is_null else None
