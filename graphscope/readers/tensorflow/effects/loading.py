"""What TensorFlow runs when it loads a model, and which files of the model it hands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import GraphDef, NodeDef
from graphscope.readers.tensorflow.unfolding.order import find_live


@dataclass(frozen=True, slots=True)
class Loading:
    """What a file says of how it is loaded.

    Attributes:
        operations: names of operations of the graph that run then.
        functions: names of functions that run then.
        assets: files of the model, such as vocabularies, by the arguments that take them, by the
            functions that these belong to.
    """

    operations: Sequence[str] = ()
    functions: Sequence[str] = ()
    assets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def find_operations(self, definition: GraphDef) -> frozenset[str]:
        """Return the names of all operations of the graph that run at load."""
        return frozenset(find_live(definition.by_name, self.operations))

    def find_functions(self, definition: GraphDef) -> frozenset[str]:
        """Return the names of all functions that run at load.

        Raises:
            MalformedError: when a definition is damaged.
        """
        loaded = [definition.by_name[name] for name in self.find_operations(definition)]
        return frozenset(_called(loaded, self.functions, definition))


def _called(nodes: Sequence[NodeDef], names: Sequence[str], definition: GraphDef) -> Iterator[str]:
    """Yield the functions that are named or that operations run, and those that these run."""
    seen: set[str] = set()
    waiting = [*names]
    for node in nodes:
        waiting += _functions_of(node)
    while waiting:
        name = waiting.pop()
        function = definition.functions.get(name)
        if function is not None and name not in seen:
            seen.add(name)
            for node in function.nodes:
                waiting += _functions_of(node)
            yield name


def _functions_of(node: NodeDef) -> Iterator[str]:
    yield node.op
    for value in node.attributes.values():
        name = attributes.read_function(value)
        if name:
            yield name
        yield from attributes.read_functions(value)
