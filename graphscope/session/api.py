"""What Python code asks graphscope for: trace a model, read a file, export a picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import TargetError
from graphscope.exporters.node_data import attach, find_first_name
from graphscope.exporters.options import Direction, Engine, ExportOptions, Style, Theme
from graphscope.graph import Graph
from graphscope.session.node_data import Overlays, read_overlay
from graphscope.session.open import OpenOptions, open_target, open_trusted, read_file, trace_model
from graphscope.session.pictures import export_graph
from graphscope.session.steps import trace_step
from graphscope.session.targets import FileTarget
from graphscope.session.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Sequence


def trace(
    model: Any,
    inputs: Any = None,
    ops: bool = True,
    *,
    train: bool = False,
    targets: Any = None,
    loss: Any = None,
    optimizer: Any = None,
) -> Graph:
    """Return the graph of a live Keras model; the model stays as it is.

    Args:
        model: a Keras model or layer.
        inputs: what to call it with where it does not know that itself: Keras tensors, arrays
            or `graphscope.graph.TensorSpec`s, nested as `call` takes them. Of arrays only shape
            and dtype are used.
        ops: whether to trace single operations; False gives the data-flow graph of layers alone.
        train: whether to trace a whole training step (`model.train_step`) instead of the call for
            inference: forward, loss, gradient, update and metrics.
        targets: what the loss compares the outputs with, given like `inputs`; None to infer it.
        loss: the loss to assume where the model is not compiled.
        optimizer: the optimizer to assume there; `adam` by default.

    Raises:
        TraceError: when the model cannot be called or trained, or its backend has no tracer.
    """
    if train:
        return trace_step(model, inputs, targets=targets, loss=loss, optimizer=optimizer, ops=ops)
    return trace_model(model, inputs, ops=ops)


def read(
    path: str | os.PathLike[str],
    *,
    rebuild: bool = True,
    trust: bool = False,
    imports: Sequence[str] = (),
    entry: str = "",
) -> Graph:
    """Return the graph in a file, found without running anything in it or importing Keras here.

    Args:
        path: the file.
        rebuild: whether the file of a keras_hub model is shown as the model that the library makes
            of it, in a child process, with all layers and operations.
        trust: whether Keras may load the file, in a child process; that runs the code in it, with
            the rights of this process. For files whose author you trust as you trust a program.
        imports: with `trust`, modules or their files that define layers of the model.
        entry: of a SavedModel, the entry point to show, a function of it, or the tags of one of its
            graphs; by default what is meant for serving.

    Raises:
        TargetError: when the file is missing or of an unknown kind.
        ReadError: when it is not what its name says.
    """
    target = FileTarget(Path(path))
    if imports and not trust:
        raise TargetError("`imports` runs code for a file.", "Allow it with trust=True.")
    if trust:
        if entry:
            raise TargetError("`entry` is for SavedModels, which are read.", "Leave out `trust`.")
        return open_trusted(target, OpenOptions(trust=Trust(tuple(imports))))
    return read_file(target, OpenOptions(rebuild=rebuild, entry=entry))


def as_graph(x: Any) -> Graph:
    """Return the graph of anything that has one.

    Args:
        x: a graph, a Keras model, the path of a file, or a target as on the command line
            (`"sample:unet"`, `"net.py:make_model"`).
    """
    if isinstance(x, Graph):
        return x
    if isinstance(x, str):
        return open_target(x)
    if isinstance(x, os.PathLike):
        return read(x)
    return trace(x)


def export(  # noqa: PLR0913 - the choices of a picture, keyword-only
    x: Any,
    path: str | os.PathLike[str],
    *,
    depth: int | None = None,
    open: Sequence[str] = (),  # noqa: A002 - the word of the interface, as on the command line
    overlay: str | None = None,
    theme: Theme = "light",
    direction: Direction = "down",
    style: Style = "screen",
    width: float | None = None,
    legend: bool = True,
    caption: bool = True,
    fonts: bool | None = None,
    engine: Engine = "graphscope",
    batch: int = 1,
    overlays: Overlays = (),
) -> None:
    """Write the graph of `x` to a file, in the format of its suffix.

    Args:
        x: a graph, a Keras model, the path of a file, or a target as on the command line.
        path: where to; the suffix chooses the exporter (`.svg`, `.png`, `.pdf`, `.html` for
            the interactive page in one file, `.tex`, `.dot`, `.mmd`, `.me.json`, `.json`).
        depth: how many levels of scopes are open; None for the exporter's own choice.
        open: ids of scopes that are open besides.
        overlay: what colours the nodes: `type`, `parameters`, `flops`, `output_bytes`,
            `live_bytes`, `dtype`, `trainable`; None for values that were brought along, else
            `type`.
        theme: `light` or `dark`.
        direction: the way data flows in the picture, `down` or `right`.
        style: `screen`, or `paper` for print: greys and patterns for colours, tight margins.
        width: of the picture in mm; None for natural size, or what fits on A4.
        legend: what colours and patterns mean.
        caption: name and totals of the model.
        fonts: whether SVG holds the fonts it names; None for those of the style for print.
        engine: `graphscope`, or `dot` to let Graphviz lay out SVG, PNG and PDF.
        batch: the batch size that costs are estimated for.
        overlays: values of nodes to colour by: JSON files or mappings, see
            `graphscope.session.node_data.read_overlay`.

    Raises:
        ExportError: when the file cannot be written.
        ReadError: when one of `overlays` cannot be read.
    """
    brought = [read_overlay(each) for each in overlays]  # before a model is traced for minutes
    graph = attach(as_graph(x), brought)
    options = ExportOptions(
        depth=depth,
        open=tuple(open),
        overlay=overlay or find_first_name(graph) or "type",
        theme=theme,
        direction=direction,
        style=style,
        width=width,
        legend=legend,
        caption=caption,
        fonts=fonts,
        engine=engine,
        batch=batch,
    )
    export_graph(graph, Path(path), options)
