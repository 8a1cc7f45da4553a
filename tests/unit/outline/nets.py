"""Flat models as Keras's functional API makes them: one scope, a layer call per node."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from graphscope.analysis.outline import Outline
from graphscope.graph import Graph, GraphBuilder, Layer, NodeKind, Port, TensorSpec


@dataclass
class Tensor:
    node: str
    size: int
    channels: int


@dataclass
class Net:
    """Adds layers by a few letters; without a name the layer gets one as Keras makes it up."""

    name: str = "net"
    is_named: bool = True
    builder: GraphBuilder = field(init=False)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.builder = GraphBuilder(self.name)

    def input(self, size: int = 64, channels: int = 3, name: str = "image") -> Tensor:
        spec = TensorSpec(("B", size, size, channels), "float32")
        return Tensor(
            self.builder.add_node(name, "InputLayer", NodeKind.INPUT, outputs=[spec]),
            size,
            channels,
        )

    def __call__(
        self, type_: str, *inputs: Tensor, name: str = "", channels: int = 0, stride: int = 1
    ) -> Tensor:
        size = max(1, inputs[0].size // stride) if stride > 0 else inputs[0].size * -stride
        width = channels or inputs[0].channels
        if type_ == "Concatenate":
            width = sum(tensor.channels for tensor in inputs)
        label = name if name and self.is_named else self._make_up(type_)
        layer = self.builder.make_layer_id(label)
        self.builder.add_layer(Layer(layer, label, type_, config={"name": label, "filters": width}))
        spec = TensorSpec(("B", size, size, width), "float32")
        node = self.builder.add_node(label, type_, NodeKind.LAYER, outputs=[spec], layer=layer)
        for port, tensor in enumerate(inputs):
            self.builder.add_edge(Port(tensor.node), node, port)
        return Tensor(node, size, width)

    def conv(self, x: Tensor, channels: int, name: str = "", stride: int = 1) -> Tensor:
        """Convolution, normalisation, activation."""
        x = self("Conv2D", x, name=name and f"{name}_conv", channels=channels, stride=stride)
        x = self("BatchNormalization", x, name=name and f"{name}_bn")
        return self("ReLU", x, name=name and f"{name}_relu")

    def build(self, *outputs: Tensor) -> Graph:
        return self.builder.build(outputs=[Port(tensor.node) for tensor in outputs])

    def _make_up(self, type_: str) -> str:
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", type_).lower()
        count = self.counts[type_] = self.counts.get(type_, -1) + 1
        return snake if count == 0 else f"{snake}_{count}"


def resnet(*, is_named: bool = True, depths: tuple[int, ...] = (2, 3, 3)) -> Graph:
    net = Net("resnet", is_named)
    x = net.conv(net.input(), 16, "conv1", stride=2)
    x = net("MaxPooling2D", x, name="pool1_pool", stride=2)
    for stage, depth in enumerate(depths, start=2):
        for block in range(1, depth + 1):
            x = _residual(net, x, 16 << stage, f"conv{stage}_block{block}", stage, block)
    x = net("GlobalAveragePooling2D", x, name="avg_pool", stride=x.size)
    return net.build(net("Dense", x, name="predictions", channels=10))


def _residual(net: Net, x: Tensor, width: int, name: str, stage: int, block: int) -> Tensor:
    stride = 2 if block == 1 and stage > 2 else 1
    shortcut = x
    if block == 1:
        shortcut = net("Conv2D", x, name=f"{name}_0_conv", channels=width, stride=stride)
        shortcut = net("BatchNormalization", shortcut, name=f"{name}_0_bn")
    y = net.conv(x, width, f"{name}_1", stride)
    y = net("Conv2D", y, name=f"{name}_2_conv")
    y = net("BatchNormalization", y, name=f"{name}_2_bn")
    return net("ReLU", net("Add", shortcut, y, name=f"{name}_add"), name=f"{name}_out")


def vgg(*, is_named: bool = True) -> Graph:
    net = Net("vgg", is_named)
    x = net.input()
    for block, (count, channels) in enumerate(((2, 8), (2, 16), (3, 32), (3, 64), (3, 64)), 1):
        for place in range(1, count + 1):
            x = net("Conv2D", x, name=f"block{block}_conv{place}", channels=channels)
        x = net("MaxPooling2D", x, name=f"block{block}_pool", stride=2)
    for name in ("flatten", "fc1", "fc2", "predictions"):
        is_first = name == "flatten"
        x = net("Flatten" if is_first else "Dense", x, name=name, stride=x.size if is_first else 1)
    return net.build(x)


def densenet(*, is_named: bool = True, depths: tuple[int, ...] = (4, 5, 6)) -> Graph:
    net = Net("densenet", is_named)
    x = net("MaxPooling2D", net.conv(net.input(), 16, "conv1"), name="pool1", stride=2)
    for stage, depth in enumerate(depths, start=2):
        for block in range(1, depth + 1):
            y = net.conv(x, 32, f"conv{stage}_block{block}_1")
            y = net("Conv2D", y, name=f"conv{stage}_block{block}_2_conv", channels=8)
            x = net("Concatenate", x, y, name=f"conv{stage}_block{block}_concat")
        if stage < len(depths) + 1:
            x = net.conv(x, x.channels // 2, f"pool{stage}")
            x = net("AveragePooling2D", x, name=f"pool{stage}_pool", stride=2)
    x = net("GlobalAveragePooling2D", x, name="avg_pool", stride=x.size)
    return net.build(net("Dense", x, name="predictions", channels=10))


def unet() -> Graph:
    """A U-Net without any names."""
    net = Net("unet", is_named=False)
    x, skips = net.input(), []
    for channels in (8, 16, 32, 64):
        x = net.conv(net.conv(x, channels), channels)
        skips.append(x)
        x = net("MaxPooling2D", x, stride=2)
    x = net.conv(net.conv(x, 128), 128)
    for skip in reversed(skips):
        x = net("Conv2DTranspose", x, channels=skip.channels, stride=-2)
        x = net("Concatenate", x, skip)
        x = net.conv(net.conv(x, skip.channels), skip.channels)
    return net.build(net("Conv2D", x, channels=1))


def transformer(*, depth: int = 6, has_mask: bool = False, before: bool = True) -> Graph:
    """A transformer encoder without any names; `before` puts normalisation into the branches."""
    net = Net("transformer", is_named=False)
    x = net.input(16, 32, name="tokens")
    mask = (net.input(16, 1, name="padding"),) if has_mask else ()
    x = net("Dropout", net("Embedding", x))
    for _ in range(depth):
        y = net("LayerNormalization", x) if before else x
        x = net("Add", x, net("Dropout", net("MultiHeadAttention", y, y, *mask)))
        x = x if before else net("LayerNormalization", x)
        y = net("LayerNormalization", x) if before else x
        y = net("Dropout", net("Dense", net("Dense", y, channels=64), channels=32))
        x = net("Add", x, y)
        x = x if before else net("LayerNormalization", x)
    x = net("LayerNormalization", x)
    return net.build(net("Dense", x, channels=2))


def sketch(outline: Outline, parent: int = 0, depth: int = 1) -> list[str]:
    """Return the items below one, to a depth, as a reader sees them: `block x3`, `conv2 (32)`."""
    lines = []
    for place in outline.children_of(parent):
        item = outline.items[place]
        many = f" x{item.count}" if item.kind == "repeat" else ""
        size = f" ({item.leaves})" if item.end > place + 1 else ""
        lines.append(f"{item.name}{many}{size}")
        if depth > 1 and item.end > place + 1:
            lines += [f"  {line}" for line in sketch(outline, place, depth - 1)]
    return lines
