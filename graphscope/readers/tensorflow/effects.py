"""Operations of a graph that do more than compute: they run Python, or touch files and networks.

TensorFlow runs what a graph says; what a SavedModel names as its initializer it runs when the
model is loaded. Nothing is run here: such operations are found and described.

Source: TensorFlow's registry of operations, and its SECURITY.md: models are programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from graphscope.formats import wire
from graphscope.graph.code import Code, CodeKind
from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import FunctionDef, GraphDef, NodeDef
from graphscope.readers.tensorflow.schema import AttrField, TensorField
from graphscope.readers.tensorflow.unfolding.order import find_live
from graphscope.readers.tensorflow.unfolding.references import referred_node
from graphscope.readers.text import quote, repair_text, shorten

MAX_PIECES = 200
"""Operations that are listed; the rest is counted."""


class Effect(StrEnum):
    """What an operation does, to stand after "an operation that"."""

    PYTHON = "runs Python"
    WRITE = "writes files"
    READ = "reads files"
    REMOTE = "talks to other machines"


def _types(effect: Effect, names: str) -> dict[str, Effect]:
    return dict.fromkeys(names.split(), effect)


EFFECTS: Mapping[str, Effect] = {
    **_types(Effect.PYTHON, "PyFunc PyFuncStateless EagerPyFunc"),
    **_types(
        Effect.WRITE,
        """
        WriteFile CreateSummaryFileWriter CreateSummaryDbWriter SaveDataset SaveDatasetV2
        DatasetToTFRecord ExperimentalDatasetToTFRecord SnapshotDataset SnapshotDatasetV2
        DebugIdentityV2 DebugIdentityV3
        """,
    ),
    **_types(
        Effect.READ,
        """
        ReadFile MatchingFiles MatchingFilesDataset WholeFileReader WholeFileReaderV2
        TextLineReader TextLineReaderV2 FixedLengthRecordReader FixedLengthRecordReaderV2
        TFRecordReader TFRecordReaderV2 LMDBReader TextLineDataset TFRecordDataset
        TFRecordDatasetV2 FixedLengthRecordDataset FixedLengthRecordDatasetV2 LMDBDataset
        ExperimentalLMDBDataset CSVDataset CSVDatasetV2 ExperimentalCSVDataset SqlDataset
        ExperimentalSqlDataset LoadDataset ExperimentalMatchingFilesDataset
        """,
    ),
    **_types(
        Effect.REMOTE,
        """
        Rpc TryRpc RemoteCall BigQueryReader GenerateBigQueryReaderPartitions DataServiceDataset
        DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4 RegisterDataset
        RegisterDatasetV2 DebugIdentity
        """,
    ),
}
"""By type of operation. Those that save and restore weights are in every SavedModel and no part
of this: they do it where they are told to by who loads or saves the model."""

_AT_LOAD = "TensorFlow runs it when it loads the model."
_IN_CALL = "TensorFlow runs it when the graph around it runs."
_FILE_STREAM = "file://"


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


def find_effects(definition: GraphDef, load: Iterable[str] = ()) -> list[Found]:
    """Return the operations of a graph and its functions that have effects.

    Args:
        definition: the graph.
        load: names of the operations that are run when the model is loaded.

    Raises:
        MalformedError: when a definition is damaged.
    """
    loaded = find_live(definition.by_name, load)
    loaded_functions = set(_called([definition.by_name[name] for name in loaded], definition))
    found = [
        Found(node, "", effect, node.name in loaded, _read_texts(node, definition.by_name))
        for node, effect in _with_effects(definition.nodes)
    ]
    for function in definition.functions.values():
        found += [
            Found(
                node,
                function.name,
                effect,
                function.name in loaded_functions,
                _read_texts(node, function.by_name),
            )
            for node, effect in _with_effects(function.nodes)
        ]
    return found


def _with_effects(nodes: Iterable[NodeDef]) -> Iterator[tuple[NodeDef, Effect]]:
    for node in nodes:
        effect = EFFECTS.get(node.op)
        if node.op == "PrintV2" and _prints_to_file(node):
            effect = Effect.WRITE
        if effect is not None:
            yield node, effect


def _prints_to_file(node: NodeDef) -> bool:
    stream = node.attributes.get("output_stream")
    value = None if stream is None else attributes.read_value(stream)
    return isinstance(value, str) and value.startswith(_FILE_STREAM)


def _called(nodes: Iterable[NodeDef], definition: GraphDef) -> Iterator[str]:
    """Yield the functions that operations run, and those that these run."""
    seen: set[str] = set()
    waiting = [*nodes]
    while waiting:
        for name in _functions_of(waiting.pop()):
            function: FunctionDef | None = definition.functions.get(name)
            if function is not None and name not in seen:
                seen.add(name)
                waiting += function.nodes
                yield name


def _functions_of(node: NodeDef) -> Iterator[str]:
    yield node.op
    for value in node.attributes.values():
        name = attributes.read_function(value)
        if name:
            yield name
        yield from attributes.read_functions(value)


def _read_texts(node: NodeDef, nodes: Mapping[str, NodeDef]) -> tuple[str, ...]:
    """Return the text constants that an operation takes directly."""
    sources = (nodes.get(referred_node(text)) for text in node.inputs)
    constants = (each for each in sources if each is not None and each.op == "Const")
    return tuple(text for each in constants for text in _texts(each))


def _texts(node: NodeDef) -> Iterator[str]:
    value = node.attributes.get("value")
    tensor = None if value is None else wire.message(wire.split(value), AttrField.TENSOR)
    if tensor is not None:
        for text in wire.messages(wire.split(tensor), TensorField.STRING)[:4]:
            yield quote(wire.decode(text[:400]), 200)
