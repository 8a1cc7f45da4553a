"""How fast graphs are folded and packed: nested ones of 50,000 nodes, flat ones of 20,000.

Run `python tests/bench/outline_bench.py`. Prints CPU seconds, items and kilobytes. Goals: 20,000
children of one scope in under 2 s; the drawing document of 50,000 nodes in under 1.5 s and about
300 KB.
"""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Callable
from typing import TypeVar

from graphscope.analysis import estimate_costs
from graphscope.analysis.outline import fold
from graphscope.exporters.drawing import encode_drawing, make_drawing
from graphscope.graph import (
    Graph,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
    Weight,
)

SPEC = TensorSpec(("B", 128, 512), "float32")
OPERATIONS = ("MatMul", "BiasAdd", "Relu", "Mul", "AddV2")
T = TypeVar("T")


class Model:
    """Builds graphs of operations and layer calls."""

    def __init__(self) -> None:
        self.builder = GraphBuilder("bench")

    def node(self, name: str, type_: str, *inputs: str, scope: str = "/") -> str:
        kind = NodeKind.OP if inputs else NodeKind.INPUT
        node = self.builder.add_node(
            name, type_, kind, scope=scope, outputs=[SPEC], attributes={"T": "float"}
        )
        for port, source in enumerate(inputs):
            self.builder.add_edge(Port(source), node, port)
        return node

    def layer(self, name: str, type_: str, scope: str, count: int, *inputs: str) -> str:
        """A layer call of `count` operations in a row, with one weight."""
        builder = self.builder
        layer = builder.make_layer_id(f"{scope}/{name}")
        inner = builder.open_scope(name, type_, ScopeKind.LAYER, parent=scope, layer=layer)
        weight = builder.make_weight_id(layer, "kernel")
        builder.add_weight(Weight(weight, "kernel", layer, (512, 512), "float32"))
        builder.add_layer(Layer(layer, name, type_, weights=(weight,)))
        x = self.node("MatMul", "MatMul", *inputs, scope=inner)
        for place in range(1, count):
            type_ = OPERATIONS[place % len(OPERATIONS)]
            x = self.node(type_, type_, x, scope=inner)
        return x


def nested(blocks: int = 48, experts: int = 88) -> Graph:
    """A mixture-of-experts transformer: about 50,000 operations in 5,000 scopes."""
    model = Model()
    x = model.node("tokens", "Input")
    mask = model.node("mask", "Mask", x)
    for i in range(blocks):
        block = model.builder.open_scope(f"block_{i}", "Block", ScopeKind.LAYER)
        y = model.layer("norm_1", "LayerNormalization", block, 4, x)
        attention = model.builder.open_scope(
            "attention", "Attention", ScopeKind.LAYER, parent=block
        )
        q, k, v = (model.layer(name, "Dense", attention, 2, y) for name in "qkv")
        scores = model.layer("softmax", "Softmax", attention, 4, q, k, mask)
        out = model.layer("out", "Dense", attention, 2, scores, v)
        x = model.node("residual_1", "AddV2", x, out, scope=block)
        y = model.layer("norm_2", "LayerNormalization", block, 4, x)
        mixture = model.builder.open_scope("mixture", "Mixture", ScopeKind.LAYER, parent=block)
        results = [model.layer(f"expert_{e}", "Expert", mixture, 11, y) for e in range(experts)]
        y = model.node("combine", "AddN", *results, scope=mixture)
        x = model.node("residual_2", "AddV2", x, y, scope=block)
    return model.builder.build(outputs=[Port(x)])


def residual(n: int) -> Graph:
    model = Model()
    x = model.node("x", "Input")
    for i in range(n // 7):
        y = x
        for type_ in ("Conv2D", "BatchNorm", "Relu", "Conv2D", "BatchNorm"):
            y = model.node(f"{type_}_{i}", type_, y)
        x = model.node(f"Relu_{i}", "Relu", model.node(f"AddV2_{i}", "AddV2", x, y))
    return model.builder.build(outputs=[Port(x)])


def ladder(n: int) -> Graph:
    """A U-Net as deep as it can be: skips as long as the graph."""
    model = Model()
    x = model.node("x", "Input")
    skips = [x := model.node("Conv2D", "Conv2D", x) for _ in range(n // 2)]
    for skip in reversed(skips):
        x = model.node("ConcatV2", "ConcatV2", x, skip)
    return model.builder.build(outputs=[Port(x)])


def tangle(n: int) -> Graph:
    """No structure at all."""
    model, chance = Model(), random.Random(0)
    nodes = [model.node("x", "Input")]
    for i in range(n):
        inputs = chance.sample(nodes[-50:], min(len(nodes), chance.randint(1, 3)))
        nodes.append(model.node(f"op_{i}", chance.choice("ABCDEFGH"), *inputs))
    return model.builder.build(outputs=[Port(nodes[-1])])


def measure(label: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    result = work()
    print(f"  {label:<28}{time.process_time() - start:6.2f} s")  # noqa: T201
    return result


def main() -> None:
    graph = nested()
    print(graph)  # noqa: T201
    outline = measure("fold", lambda: fold(graph))
    measure("estimate_costs", lambda: estimate_costs(graph))
    measure("make_drawing", lambda: make_drawing(graph))
    packed = measure("encode_drawing", lambda: encode_drawing(graph))
    size, full = len(packed) / 1024, len(gzip.decompress(packed)) / 1024
    print(f"  {len(outline.items):,} items, {size:,.0f} KB packed, {full:,.0f} KB plain")  # noqa: T201
    for make in (residual, ladder, tangle):
        flat = make(20_000)
        outline = measure(f"fold {make.__name__}, 20,000", lambda flat=flat: fold(flat))  # type: ignore[misc]
        print(f"  {len(outline.children_of(0)):,} children remain")  # noqa: T201


if __name__ == "__main__":
    main()
