"""One graph of a file from its entry point to the finished document."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphscope.graph import Graph, GraphBuilder, Port
from graphscope.graph.code import METADATA_KEY, NOTE, to_rows
from graphscope.graph.collecting import pause_collecting
from graphscope.graph.output_names import OUTPUT_NAMES
from graphscope.readers.tensorflow import described_layers, opaque
from graphscope.readers.tensorflow.definitions import FunctionDef, GraphDef
from graphscope.readers.tensorflow.effects.finding import MAX_PIECES, find_effects
from graphscope.readers.tensorflow.effects.loading import Loading
from graphscope.readers.tensorflow.emission import Emission
from graphscope.readers.tensorflow.facts import FactReader
from graphscope.readers.tensorflow.frozen import name_frozen
from graphscope.readers.tensorflow.known_variables import KnownVariables
from graphscope.readers.tensorflow.operations import OperationBook
from graphscope.readers.tensorflow.optimizers import find_kept
from graphscope.readers.tensorflow.owners import Owners
from graphscope.readers.tensorflow.saved.keras_metadata import KerasMetadata
from graphscope.readers.tensorflow.scoping.known_layers import KnownLayers
from graphscope.readers.tensorflow.scoping.layers import LayerCalls
from graphscope.readers.tensorflow.scoping.places import PlaceTree
from graphscope.readers.tensorflow.shown_names import clean
from graphscope.readers.tensorflow.specs import SpecReader
from graphscope.readers.tensorflow.unfolding.hoisting import hoist
from graphscope.readers.tensorflow.unfolding.problems import Problems
from graphscope.readers.tensorflow.unfolding.program import (
    Region,
    RegionKind,
    Result,
    Source,
    Step,
    Variable,
    walk_steps,
)
from graphscope.readers.tensorflow.unfolding.references import referred_node
from graphscope.readers.tensorflow.unfolding.unfolding import Unfolding

MAX_TOLD = 10
"""Operations that do more than compute and are told one by one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What of a graph is asked for.

    Attributes:
        results: references to the tensors or operations that are wanted.
        inputs: what the inputs are called, by the names of their placeholders.
        function: the function to show instead of the graph itself.
        captures: what the function takes behind its arguments; None for what is no variable.
        is_frozen: whether constants may stand for variables.
        keeps_all: whether operations that compute nothing are shown.
        handles: names of inputs that stand for variables.
        names: what the results are called; empty where nothing tells.
    """

    results: Sequence[str] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    function: FunctionDef | None = None
    captures: Sequence[Variable | None] = ()
    is_frozen: bool = False
    keeps_all: bool = False
    handles: Container[str] = ()
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a graph comes from.

    Attributes:
        name: what it is called where it does not say itself.
        metadata: of the document.
        notes: to be added, each a code and a sentence.
        described: OpDefs of the file.
        loading: what runs when the model is loaded.
        keras: what the file tells of layers of Keras beside the graph.
    """

    name: str
    metadata: Mapping[str, Any]
    notes: Sequence[tuple[str, str]] = ()
    described: Sequence[memoryview] = ()
    loading: Loading = field(default_factory=Loading)
    keras: KerasMetadata = field(default_factory=KerasMetadata)


def read_entry(
    definition: GraphDef, entry: Entry, origin: Origin, known: KnownVariables | None = None
) -> Graph:
    """Return the document of an entry point of a graph.

    Args:
        definition: the graph with its functions.
        entry: what is asked for.
        origin: where it comes from.
        known: what the file tells of variables beside the graph.

    Raises:
        MalformedError: when a part that it needs is damaged.
    """
    with pause_collecting():
        draft = _begin(definition, entry, origin, known or KnownVariables())
        return _finish(draft, definition, origin)


def locate_weights(
    definition: GraphDef, entry: Entry, origin: Origin, known: KnownVariables | None = None
) -> dict[str, Variable]:
    """Return the variables of an entry point by the ids of weights that `read_entry` gives them.

    Args and errors are those of `read_entry`.
    """
    with pause_collecting():
        draft = _begin(definition, entry, origin, known or KnownVariables())
        return {weight: variable for variable, weight in draft.owners.weights.items()}


class _Draft(NamedTuple):
    """A graph that has its layers and weights, and not yet its nodes."""

    whole: Region
    problems: Problems
    results: Sequence[Source]
    owners: Owners
    specs: SpecReader
    builder: GraphBuilder
    emission: Emission
    names: Sequence[str]


def _begin(definition: GraphDef, entry: Entry, origin: Origin, known: KnownVariables) -> _Draft:
    whole = Region(RegionKind.WHOLE, origin.name, "")
    unfolding = Unfolding(
        definition.functions,
        FactReader(OperationBook(origin.described)),
        is_frozen=entry.is_frozen,
        keeps_all=entry.keeps_all,
        handles=entry.handles,
    )
    results = _open(unfolding, whole, definition, entry)
    hoist(whole)
    if entry.is_frozen or entry.handles:
        name_frozen(unfolding.variables, walk_steps(whole))
    variables = known.complete(unfolding.variables, find_kept(walk_steps(whole)))
    weights = [each for each in variables if known.facts[each].is_weight]
    tree = PlaceTree(whole)
    keys = {weight: known.facts[weight].key for weight in weights}
    calls = LayerCalls(tree, origin.name, weights, KnownLayers(origin.keras.layers, keys))
    specs = SpecReader(whole, _with_values(results))
    builder = GraphBuilder(clean(calls.model.name), clean(calls.model.class_name))
    owners = Owners(builder, calls, known.facts)
    owners.add(weights)
    results_named = zip(map(referred_node, entry.results), entry.names, strict=False)
    emission = Emission(builder, tree, owners, specs, {**dict(results_named), **entry.inputs})
    return _Draft(whole, unfolding.problems, results, owners, specs, builder, emission, entry.names)


def _finish(draft: _Draft, definition: GraphDef, origin: Origin) -> Graph:
    whole, problems, results, owners, specs, builder, emission, names = draft
    emission.add_steps(whole)
    named = _name_ports(emission, specs, results, names)
    outputs = tuple(named)
    emission.finish_scopes(outputs)
    _add_notes(builder, emission, problems, origin)
    specs.add_notes(builder, emission.nodes)
    owners.add_notes()
    opaque.add_notes(builder, emission.nodes)
    described_layers.add_missing(builder, origin.keras, owners.calls)
    ids = {draft.known: layer for draft, layer in owners.layers.items() if draft.known}
    code = described_layers.add_code(builder, origin.keras, ids)
    code += _add_code(builder, emission.nodes, definition, origin.loading)
    metadata = {**origin.metadata, **({METADATA_KEY: code} if code else {})}
    if any(named.values()):
        metadata[OUTPUT_NAMES] = list(named.values())
    return specs.sizes.release(builder.build(outputs=outputs, metadata=metadata))


def _open(
    unfolding: Unfolding, whole: Region, definition: GraphDef, entry: Entry
) -> Sequence[Source]:
    if entry.function is not None:
        return unfolding.open_function(whole, entry.function, entry.captures)
    wanted = [*entry.inputs, *entry.results]
    return unfolding.open_graph(whole, definition, wanted)[len(entry.inputs) :]


def _add_notes(
    builder: GraphBuilder, emission: Emission, problems: Problems, origin: Origin
) -> None:
    for problem in problems.listed():
        subject = None if problem.step is None else emission.nodes.get(problem.step)
        builder.add_note(problem.code, problem.message, subject)
    for code, message in origin.notes:
        builder.add_note(code, message)


def _add_code(
    builder: GraphBuilder, steps: Mapping[Step, str], definition: GraphDef, loading: Loading
) -> list[dict[str, str]]:
    """Note the operations that do more than compute; return the rows the metadata have of them."""
    nodes = {step.node: node for step, node in steps.items()}
    found = find_effects(definition, loading, nodes.keys())
    for each in found[:MAX_TOLD]:
        builder.add_note(NOTE, each.tell(), nodes.get(each.node))
    if len(found) > MAX_TOLD:
        more = len(found) - MAX_TOLD
        builder.add_note(NOTE, f"{more:,} further operations do more than compute.")
    return to_rows(each.describe(nodes.get(each.node)) for each in found[:MAX_PIECES])


def _name_ports(
    emission: Emission, specs: SpecReader, results: Sequence[Source], names: Sequence[str]
) -> dict[Port, str]:
    """Return the tensors that results are, with what each is called; it may have several names."""
    found: dict[Port, list[str]] = {}
    for index, result in enumerate(results):
        name = names[index] if index < len(names) else ""
        if isinstance(result, Result) and not specs.count(result.step):
            continue
        port = emission.port(result)
        if port is not None:
            found.setdefault(port, []).append(name)
    return {port: clean(", ".join(filter(None, each))) for port, each in found.items()}


def _with_values(results: Iterable[Source]) -> Iterator[Source]:
    """Yield the results that are tensors; others are operations that are run for their effect."""
    for result in results:
        facts = None if not isinstance(result, Result) else result.step.facts
        if facts is None or facts.dtypes or not facts.is_known:
            yield result
