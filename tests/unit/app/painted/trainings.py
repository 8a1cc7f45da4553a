"""Trainings that nobody ran: a graph and a log, written as a monitor writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from graphscope.graph import Graph, to_json
from graphscope.runs import (
    Columns,
    End,
    Epoch,
    Event,
    Histogram,
    LayerInfo,
    Record,
    Start,
    Statistics,
    Step,
)
from graphscope.runs.log import LogWriter
from tests.support.graphs import graph

MODEL = """
image=Input[B,28,28,1]
image -> stem:Conv2D(kernel[3,3,1,8])[B,26,26,8]
stem -> encoder/norm:LayerNormalization(gamma[8])[B,26,26,8]
encoder/norm -> encoder/hidden:Dense(kernel[8,16])[B,26,26,16]
encoder/hidden -> flat:Flatten[B,10816]
flat -> twin:Dense(kernel[10816,16])[B,16] -> twin#2:Dense@twin[B,16]
twin#2 -> head:Dense(kernel[16,10])[B,10]
"""
LAYERS = (
    LayerInfo("stem", "stem", "Conv2D", "layer:stem", 72, 72, "relu"),
    LayerInfo("encoder/norm", "norm", "LayerNormalization", "layer:encoder/norm", 8, 8),
    LayerInfo("encoder/hidden", "hidden", "Dense", "layer:encoder/hidden", 128, 128, "relu"),
    LayerInfo("flat", "flat", "Flatten", "layer:flat"),
    LayerInfo("twin", "twin", "Dense", "layer:twin", 173056, 173056, "sigmoid"),
    LayerInfo("head", "head", "Dense", "layer:head", 160, 160),
    LayerInfo("elsewhere", "elsewhere", "Dense", None, 4, 4),
)
SAMPLED = range(1, 401, 5)


def model(name: str = "digits") -> Graph:
    return graph(MODEL, name=name)


def numbers_at(step: int, row: int) -> dict[str, float]:
    """Return statistics that move: gradients vanish towards the input, `hidden` dies slowly."""
    depth = len(LAYERS) - row
    fall = math.exp(-step / 260)
    found = {
        "activation_mean": 0.4 * math.cos(step / 60 + row) * (1 + row / 4),
        "activation_std": 0.6 + 0.25 * math.sin(step / 45 + row),
        "activation_min": 0.0,
        "activation_max": 3.0 + row,
        "zero_share": min(0.95, 0.2 + 0.05 * row + step / 1200),
        "dead_share": min(0.9, step / 500) if row == 2 else 0.02,
        "nan_count": 0.0,
        "inf_count": 0.0,
    }
    if LAYERS[row].activation == "sigmoid":
        found["saturated_share"] = min(0.97, step / 300)
    if LAYERS[row].trainable_parameters:
        found |= {
            "has_gradient": 1.0,
            "gradient_norm": 2.0 * fall * 10 ** (-0.6 * depth) * (1.3 + math.sin(step / 7 + row)),
            "weight_norm": 3.0 + row + step / 300,
            "update_norm": 0.004,
            "update_ratio": 10 ** (-2.2 - 0.55 * depth + 0.3 * math.sin(step / 15)),
            "gradient_zero_share": 0.1,
            "gradient_nan_count": 0.0,
            "gradient_inf_count": 0.0,
        }
    return found


def spread_at(step: int, row: int, width: float) -> Histogram:
    edges = tuple(-width + 2 * width * i / 30 + 0.002 * step for i in range(31))
    counts = tuple(
        int(900 * math.exp(-(((i - 15) / (4 + row + step / 120)) ** 2))) for i in range(30)
    )
    return Histogram(edges, counts)


def make_records(
    *, until: int = 400, numbers: Mapping[tuple[int, str], Mapping[str, float]] | None = None
) -> list[Record]:
    """Return the records of a training of four epochs.

    Args:
        until: the last step.
        numbers: statistics that replace the usual ones, by step and layer.
    """
    replaced = numbers or {}
    fit = {"epochs": 4, "steps_per_epoch": 100, "batch_size": 32, "samples": 3200}
    config = {"fit": fit, "optimizer": {"class": "Adam", "learning_rate": 0.001}}
    records: list[Record] = [
        Start("exp1", "rank0", 1000.0, config=config, layers=LAYERS, graph="graph.json"),
        Columns(0, ("loss", "accuracy", "learning_rate")),
    ]
    for step in range(1, until + 1):
        time = 1000.0 + step / 50
        loss = (
            2.3 * math.exp(-step / 130) + 0.08 + 0.09 * math.sin(step * 2.4) * math.exp(-step / 200)
        )
        records.append(Step(step, time, 0, (loss, 1 - loss / 3, 0.001)))
        if step in SAMPLED:
            layers = {
                each.key: numbers_at(step, row) | dict(replaced.get((step, each.key), {}))
                for row, each in enumerate(LAYERS)
            }
            spreads = {
                each.key: {
                    "activation": spread_at(step, row, 2.0),
                    **({"gradient": spread_at(step, row, 0.1)} if each.parameters else {}),
                }
                for row, each in enumerate(LAYERS)
            }
            records.append(Statistics(step, time, layers, spreads))
        if step % 100 == 0:
            records.append(
                Epoch(step // 100 - 1, step, time, {"loss": loss, "val_loss": loss * 1.1})
            )
    return records


def write_run(
    folder: Path, records: Iterable[Record] | None = None, *, drawn: Graph | None = None
) -> LogWriter:
    """Write a run with its graph; the log stays open for more."""
    folder.mkdir(parents=True)
    (folder / "graph.json").write_text(to_json(drawn or model()))
    log = LogWriter(folder, "rank0")
    for record in make_records() if records is None else records:
        log.write(record)
    return log


def nan_event(step: int = 240, *, file: str | None = None, line: int | None = None) -> Event:
    return Event(
        step,
        1000.0 + step / 50,
        "nonfinite",
        f"Dense 'hidden' returned 12 NaN numbers in step {step}.",
        "error",
        {
            "quantity": "forward",
            "layer": "encoder/hidden",
            "operation": "Dense",
            "inputs": [{"min": -1.5, "max": 88.0, "mean": 3.25}],
            "file": file,
            "line": line,
        },
    )


def end(step: int = 400) -> End:
    return End(step, 1000.0 + step / 50, "finished")
