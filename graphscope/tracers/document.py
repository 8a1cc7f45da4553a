"""The frame of a traced document: its root, the edges Keras declares, notes and metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphscope.graph import ROOT, Graph, GraphBuilder, Port, Scope, ScopeKind
from graphscope.tracers.functional import Declarations
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.settling import settle_sizes
from graphscope.tracers.symbols import Symbols


def open_root(builder: GraphBuilder, model: Any, ownership: Ownership) -> None:
    """Make the root scope the call of the model."""
    builder.put_scope(
        Scope(
            ROOT,
            builder.name,
            type(model).__name__,
            ScopeKind.LAYER,
            None,
            layer=ownership.layer_id(model),
        )
    )


def mark_failure(
    builder: GraphBuilder, root: Call, scopes: Mapping[Call, str], message: str
) -> None:
    """Tell which calls did not come to their end, and why at the innermost of them.

    Args:
        builder: holds the scopes.
        root: the call of the model.
        scopes: the scopes of calls.
        message: what was raised.
    """
    failed = [scopes[call] for call in root.walk() if call.failed and call in scopes]
    for scope in failed:
        opened = builder.get_scope(scope)
        builder.put_scope(replace(opened, attributes={**opened.attributes, "failed": True}))
    builder.add_note("call-failed", message, failed[-1] if failed else ROOT)


def declare(
    builder: GraphBuilder,
    declared: Declarations,
    call_ids: Mapping[Call, str],
    input_nodes: Sequence[str],
) -> None:
    """Add what Keras's own functional graphs say about the calls that were recorded.

    Args:
        builder: receives declared edges and notes.
        declared: what Keras says.
        call_ids: the scope or node that stands for each call.
        input_nodes: the (first) node of each input, in order.
    """
    for position, target in declared.input_edges:
        if target in call_ids:
            builder.declare_edge(input_nodes[position], call_ids[target])
    for source, target in declared.edges:
        if source in call_ids and target in call_ids:
            builder.declare_edge(call_ids[source], call_ids[target])
    for call in declared.mismatches:
        builder.add_note(
            "not-declared",
            f"{call.operation.name} ran other layers than its functional graph declares; its "
            "edges could not be checked against Keras's own.",
            call_ids.get(call, ROOT),
        )


def note_unnamed_sizes(builder: GraphBuilder) -> None:
    """Say that open sizes other than the batch have no names."""
    builder.add_note(
        "open-sizes-unnamed",
        "The model does not admit the sizes that were tried for its open dimensions, so all but "
        "the batch print as unknown. Pass --input-shape to know them.",
    )


def finish(
    builder: GraphBuilder,
    outputs: tuple[Port, ...],
    *,
    guessed_dtype: bool,
    dead_ops: int,
    symbols: Symbols | None = None,
) -> Graph:
    """Return the finished document.

    Args:
        builder: holds its parts.
        outputs: the tensors that the model returns.
        guessed_dtype: whether the dtype of the inputs was assumed.
        dead_ops: number of operations left out because nothing depends on them.
        symbols: the names of sizes that were marked (`Symbols.mark`); None if none was.
    """
    import keras

    if guessed_dtype:
        builder.add_note(
            "assumed-dtype",
            f"The model does not say which dtype its inputs have; {keras.config.floatx()} was "
            "assumed. Pass the inputs to be sure.",
        )
    graph = builder.build(
        outputs=outputs,
        metadata={
            "format": "trace",
            "producer": f"keras {keras.__version__}",
            "backend": keras.config.backend(),
            "dead_ops": dead_ops,
        },
    )
    return graph if symbols is None else settle_sizes(graph, symbols)
