"""The calls of a layer as Keras 1 and 2 list them, turned into the form of today.

Each tensor is an entry `[layer, call, output, {other arguments}]`; a call is one entry, or a list
or dictionary of entries. A constant in the place of a tensor is `["_CONSTANT_VALUE", -1, value]`,
and tensors among the other arguments are `[layer, call, output]`. Calls of a nested model are
counted from 1, because making it counted as the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Inside = Literal["functional", "sequential"]
"""What kind of model a layer is."""

_CONSTANT = "_CONSTANT_VALUE"


class LegacyCalls:
    """The references between the layers of one model.

    Args:
        entries: the layers of the model, as they stand in the file.
        insides: the kind of model, by the name of the layer; None for layers that are none.
    """

    def __init__(self, entries: list[Any], insides: Mapping[str, Inside | None]) -> None:
        self._insides = insides
        nodes = [node for entry in entries for node in _nodes(entry) if is_legacy(node)]
        self.exist = bool(nodes)
        """Whether any call is written in this form."""
        self._from_zero = {name for node in nodes for name, call in self._find(node) if not call}

    def upgrade(self, node: Any) -> Any:
        """Return a call in today's form; what is none of this form stays as it is."""
        if not is_legacy(node):
            return node
        argument = self._convert(node)
        if isinstance(argument, list) and len(argument) == 1:
            argument = argument[0]
        return {"args": [argument], "kwargs": self._convert(options_of(node), within=True)}

    def upgrade_end(self, end: Any) -> Any:
        """Return an input or output of the model as Keras 3 names it.

        There, and only there, Keras 3 counts the calls of functional models from 1 as well.
        """
        if isinstance(end, dict):
            return {key: self.upgrade_end(value) for key, value in end.items()}
        if not is_reference(end):
            return [self.upgrade_end(item) for item in end] if isinstance(end, list) else end
        name, call, *rest = end
        if call and self._insides.get(name) == "functional" and name in self._from_zero:
            return [name, call + 1, *rest]
        if self._insides.get(name) == "sequential":
            return [name, self._count(name, call), *rest]
        return end

    def _convert(self, value: Any, *, within: bool = False) -> Any:
        """Return entries as tensors and constants; `within` the other arguments of a call."""
        if isinstance(value, dict):
            return {key: self._convert(item, within=within) for key, item in value.items()}
        if not isinstance(value, list):
            return value
        if value[:1] == [_CONSTANT] and len(value) > 2:
            return value[2]
        if is_reference(value) and (value[0] in self._insides or not within):
            history = [value[0], self._count(value[0], value[1]), value[2]]
            return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}
        return [self._convert(item, within=within) for item in value]

    def _count(self, name: str, call: int) -> int:
        """Return a call counted from 0."""
        is_shifted = self._insides.get(name) is not None and name not in self._from_zero
        return call - 1 if is_shifted else call

    def _find(self, value: Any) -> Iterator[tuple[str, int]]:
        """Yield the layers and calls that a call refers to."""
        if is_reference(value):
            yield value[0], value[1]
        if isinstance(value, (list, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                yield from self._find(item)


def is_legacy(node: Any) -> bool:
    """Whether a call is written as Keras 1 and 2 do."""
    return isinstance(node, list) or (isinstance(node, dict) and "args" not in node)


def is_reference(value: Any) -> bool:
    """Whether a value names a tensor, as `[layer, call, output]`, with or without more."""
    return (
        isinstance(value, list)
        and len(value) > 2
        and isinstance(value[0], str)
        and type(value[1]) is int
        and type(value[2]) is int
        and value[0] != _CONSTANT
    )


def options_of(node: Any) -> dict[str, Any]:
    """Return the other arguments of a call, which stand in each of its entries."""
    if (is_reference(node) or _is_constant(node)) and len(node) > 3 and isinstance(node[3], dict):
        return node[3]
    if isinstance(node, (list, dict)):
        for item in node.values() if isinstance(node, dict) else node:
            found = options_of(item)
            if found:
                return found
    return {}


def with_options(node: Any, options: Mapping[str, Any]) -> Any:
    """Return a call with other arguments in all of its entries."""
    if is_reference(node) or _is_constant(node):
        return [*node[:3], dict(options)]
    if isinstance(node, dict):
        return {key: with_options(item, options) for key, item in node.items()}
    return [with_options(item, options) for item in node] if isinstance(node, list) else node


def has_constants(node: Any) -> bool:
    """Whether a constant stands in the place of one of several tensors."""
    return isinstance(node, list) and any(_is_constant(item) for item in node)


def _nodes(entry: Any) -> list[Any]:
    nodes = entry.get("inbound_nodes") if isinstance(entry, dict) else None
    return nodes if isinstance(nodes, list) else []


def _is_constant(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 2 and value[0] == _CONSTANT
