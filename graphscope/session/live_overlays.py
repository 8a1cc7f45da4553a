"""What only a live model says, as overlays of its graph: times of its calls, places of weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphscope.exporters.node_data import attach
from graphscope.graph import Graph, Note
from graphscope.session.node_data import check_node_data
from graphscope.tracers.messages import describe_error


def add_times(model: Any, graph: Graph, inputs: Any = None, *, batch: int = 1) -> Graph:
    """Return the graph with the time of every call that could be clocked.

    A model that cannot run on zeros costs no more than its times: a note says so.

    Args:
        model: a live Keras model or layer.
        graph: traced from it.
        inputs: what it is called with, where it does not say so itself; only shapes and dtypes.
        batch: the number of samples it is run with.
    """
    import keras

    from graphscope.tracers.timing import OPEN_SIZE, ROUNDS, time_calls

    try:
        seconds = time_calls(model, graph, inputs, batch=batch)
    except Exception as error:  # noqa: BLE001 - the program's own
        return _with_note(
            graph,
            "time-unknown",
            f"No times: the model could not be run on zeros ({describe_error(error)}).",
        )
    data = {"name": "Time", "unit": "s", "fold": "sum", "values": seconds}
    timed = attach(graph, [check_node_data(data, "Time")])
    return _with_note(
        timed,
        "time-measured",
        f"Times are the median of {ROUNDS} calls with a batch of {batch} zeros on "
        f"{keras.config.backend()}, uncompiled and after one that warms up; other open sizes "
        f"count as {OPEN_SIZE}. A compiled model may spend its time elsewhere.",
    )


def add_placement(model: Any, graph: Graph) -> Graph:
    """Return the graph with an overlay of the devices that weights lie on, if they differ.

    It is not shown at first: nobody asked for it.
    """
    from graphscope.tracers.placement import find_placement

    values = find_placement(model, graph)
    if not values:
        return graph
    data = {"name": "Device", "quiet": True, "values": values}
    return attach(graph, [check_node_data(data, "Device")])


def _with_note(graph: Graph, code: str, message: str) -> Graph:
    return replace(graph, notes=(*graph.notes, Note(code, message)))
