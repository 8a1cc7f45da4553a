"""Traces models on the backend of this process: `python -m tests.backends.worker FILE NAME...`.

Writes one JSON object to FILE: for each model its data-flow graph, and what its operations do.
A name is that of a model in the zoo, of a whole collection (`zoo` for the portable ones), or a
target.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    import keras

    results = {}
    for name in list_names(sys.argv[2:]):
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        started = time.process_time()
        try:
            results[name] = describe(name)
        except Exception as error:  # noqa: BLE001 - the test says which model failed on which
            results[name] = {"error": f"{type(error).__name__}: {error}"}
        results[name]["seconds"] = time.process_time() - started
    Path(sys.argv[1]).write_text(json.dumps(results), encoding="utf-8")


def list_names(words: list[str]) -> list[str]:
    groups = {name: list(models) for name, models in collections().items()}
    return [name for word in words for name in groups.get(word, [word])]


def collections() -> dict[str, dict[str, Any]]:
    """Return the makers of models, by collection and name."""
    from tests.tracing.zoo import PORTABLE, applications, image_backbones, text_backbones

    return {
        "zoo": PORTABLE,
        "text_backbones": text_backbones.MODELS,
        "image_backbones": image_backbones.MODELS,
        "applications": applications.MODELS,
    }


def describe(name: str) -> dict[str, Any]:
    from graphscope.analysis import check_consistency, estimate_costs
    from graphscope.analysis.pure_flow import find_data_flow
    from graphscope.graph import ROOT, to_json

    graph = trace(name)
    costs = estimate_costs(graph)
    return {
        "data_flow": to_json(find_data_flow(graph).graph, indent=1),
        "flops": costs.flops[ROOT],
        "unknown_types": list(costs.unknown_types),
        "violations": [str(each) for each in check_consistency(graph).violations],
        "unowned": [node.id for node in graph.nodes if node.attributes.get("unowned")],
        "unknown_shapes": [
            node.id for node in graph.nodes if not all(spec.is_known for spec in node.outputs)
        ],
        "has_marks": '"?' in to_json(graph),
    }


def trace(name: str) -> Any:
    import keras

    from graphscope import plugins
    from graphscope.session import open_target
    from graphscope.tracers.abstract import values_on_demand

    if ":" in name:
        return open_target(name)
    make = next(models[name] for models in collections().values() if name in models)
    with values_on_demand():
        model, inputs = make()
        return plugins.find("tracers", keras.config.backend())(model, inputs)


if __name__ == "__main__":
    main()
