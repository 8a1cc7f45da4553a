"""Finding the operations of a file that do more than compute, and telling what they do.

TensorFlow runs what a graph says; what a SavedModel names as its initializer it runs when the
model is loaded. Nothing is run here: such operations are found and described.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphscope.formats import wire
from graphscope.graph.code import Code, CodeKind
from graphscope.readers.tensorflow.definitions import GraphDef, NodeDef
from graphscope.readers.tensorflow.effects.kinds import STORAGE, Effect, find_effect
from graphscope.readers.tensorflow.effects.loading import Loading
from graphscope.readers.tensorflow.schema import AttrField, TensorField
from graphscope.readers.tensorflow.unfolding.references import referred_node
from graphscope.readers.text import quote, repair_text, shorten

MAX_PIECES = 200
"""Operations that are listed; the rest is counted."""

_AT_LOAD = "TensorFlow runs it when it loads the model."
_IN_CALL = "TensorFlow runs it when the graph around it runs."


@dataclass(frozen=True, slots=True)
class Found:
    """One operation with an effect.

    Attributes:
        node: the operation.
        function: the function it stands in; empty for the graph itself.
        effect: what it does.
        at_load: whether it runs when the model is loaded.
        texts: constants that it takes: file names, for example.
    """

    node: NodeDef
    function: str
    effect: Effect
    at_load: bool
    texts: tuple[str, ...]

    def describe(self, subject: str | None) -> Code:
        """Return it as a piece of code of the graph."""
        taken = "".join(f"\n  takes {text}" for text in self.texts)
        return Code(
            CodeKind.OPERATION,
            f"an operation that {self.effect}",
            subject,
            place=f"function {shorten(repair_text(self.function), 80)}" if self.function else "",
            effect=_AT_LOAD if self.at_load else _IN_CALL,
            name=shorten(repair_text(self.node.op), 80),
            text=f"{self.node.op} {quote(self.node.name, 200)}{taken}",
        )

    def tell(self) -> str:
        """Return a sentence on it."""
        where = f" in function {quote(self.function)}" if self.function else ""
        when = "when it loads the model" if self.at_load else "with the graph around it"
        return (
            f"The graph holds {self.node.op} ({quote(self.node.name)}{where}), an operation that "
            f"{self.effect}; graphscope does not run it, but TensorFlow does {when}."
        )


def find_effects(definition: GraphDef, loading: Loading, shown: Container[NodeDef]) -> list[Found]:
    """Return the operations of a graph and its functions that have effects.

    Args:
        definition: the graph.
        loading: what runs when the model is loaded.
        shown: the operations of the entry point.

    Raises:
        MalformedError: when a definition is damaged.
    """
    operations = loading.find_operations(definition)
    functions = loading.find_functions(definition)
    found = [
        Found(node, "", effect, node.name in operations, _read_texts(node, definition.by_name, {}))
        for node, effect in _with_effects(definition.nodes)
    ]
    for function in definition.functions.values():
        at_load = function.name in functions
        assets = loading.assets.get(function.name, {})
        found += [
            Found(node, function.name, effect, at_load, _read_texts(node, function.by_name, assets))
            for node, effect in _with_effects(function.nodes)
        ]
    return [
        each for each in found if each.node.op not in STORAGE or each.at_load or each.node in shown
    ]


def _with_effects(nodes: Iterable[NodeDef]) -> Iterator[tuple[NodeDef, Effect]]:
    for node in nodes:
        effect = find_effect(node)
        if effect is not None:
            yield node, effect


def _read_texts(
    node: NodeDef, nodes: Mapping[str, NodeDef], assets: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the texts that an operation takes directly: constants, and files of the model."""
    found: list[str] = []
    for source in map(referred_node, node.inputs):
        made = nodes.get(source)
        if made is not None and made.op == "Const":
            found += _texts(made)
        elif made is None and source in assets:
            found.append(assets[source])
    return tuple(found)


def _texts(node: NodeDef) -> Iterator[str]:
    value = node.attributes.get("value")
    tensor = None if value is None else wire.message(wire.split(value), AttrField.TENSOR)
    if tensor is not None:
        for text in wire.messages(wire.split(tensor), TensorField.STRING)[:4]:
            yield quote(wire.decode(text[:400]), 200)
