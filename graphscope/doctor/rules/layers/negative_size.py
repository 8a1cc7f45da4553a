"""A feature map has become too small for the next convolution, pooling or cropping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import (
    InputShape,
    input_layer_of,
    input_shape_of,
    input_size,
    needed_ranks,
)
from graphscope.doctor.facts.single_step import columns_as_steps
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.fixes.shape_edits import shape_text
from graphscope.doctor.fixes.values import toward, toward_all
from graphscope.doctor.origins import as_evidence, history, trace_dimension
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "map-too-small"


@dataclass(frozen=True, slots=True)
class Window:
    """What a layer takes from each spatial axis.

    Attributes:
        kind: `kernel`, `pool` or `cropping`.
        parameter: the argument that says so.
        sizes: what each axis must at least have.
    """

    kind: str
    parameter: str
    sizes: tuple[int, ...]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the sizes that reached a layer with what it takes from them."""
    call = case.failure.layer_call if case.failure else None
    if call is None or not call.inputs or not call.input_specs[0].shape:
        return
    window = window_of(call.operation)
    received = call.input_specs[0].shape
    ranks = needed_ranks(call.operation)
    if window is None or (ranks and len(received) != ranks[0]):
        return
    sizes = spatial_sizes(call.operation, received)
    short = [
        axis
        for axis, (size, needed) in enumerate(zip(sizes, window.sizes, strict=False))
        if size is not None and size < needed
    ]
    if not short or _data_differs(case):
        return
    yield _diagnosis(case, call, window, sizes, short[0])


def window_of(layer: Any) -> Window | None:
    """Return what a layer takes from its map; None for layers that fit on any map."""
    names = {base.__name__ for base in type(layer).__mro__}
    if any(name.startswith("Cropping") for name in names):
        cropping = layer.cropping
        pairs = [cropping] if isinstance(cropping[0], int) else cropping
        return Window("cropping", "cropping", tuple(sum(pair) + 1 for pair in pairs))
    if getattr(layer, "padding", None) != "valid" or any("Transpose" in name for name in names):
        return None
    if "BasePooling" in names:
        return Window("pool", "pool_size", tuple(layer.pool_size))
    if hasattr(layer, "kernel_size") and hasattr(layer, "dilation_rate"):
        sizes = zip(layer.kernel_size, layer.dilation_rate, strict=True)
        return Window("kernel", "kernel_size", tuple((k - 1) * d + 1 for k, d in sizes))
    return None


def spatial_axes(layer: Any, rank: int) -> range:
    """Return the axes of a layer's input that are neither batch nor channels."""
    first = getattr(layer, "data_format", "channels_last") == "channels_first"
    return range(2, rank) if first else range(1, rank - 1)


def spatial_sizes(layer: Any, received: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Return the sizes of a map, without batch and channels."""
    return tuple(received[axis] for axis in spatial_axes(layer, len(received)))


def _data_differs(case: Case) -> bool:
    """Whether a model was called on data that its declared input does not fit: another fault."""
    failure = case.failure
    if failure is None or failure.boundary is None or failure.stage in {"construct", "compile"}:
        return False
    data = failure.boundary.data.get("x")
    spec = getattr(data, "spec", None)
    declared = getattr(failure.boundary.model, "input_shape", None)
    if spec is None or spec.shape is None or not isinstance(declared, tuple):
        return False
    pairs = zip(declared[1:], spec.shape[1:], strict=False)
    return len(declared) != len(spec.shape) or any(
        one is not None and other is not None and one != other for one, other in pairs
    )


def _diagnosis(
    case: Case, call: CallRecord, window: Window, sizes: tuple[int | None, ...], short: int
) -> Diagnosis:
    layer = call.operation
    axis = spatial_axes(layer, len(call.input_specs[0].shape or ()))[short]
    place = place_of(case, layer) or call_place(call)
    given = _input_of(case, call)
    swapped = _channels_first(given)
    fixes = _fixes(case, call, window, sizes, given, axis)
    needed = window.sizes[short]
    how = _taken(window, sizes, short)
    turned = (
        f"The input shape {shape(given.shape)} looks channels-first, and the data format is "
        f"channels_last: its first entry, {given.shape[0]}, is taken for the height.\n"
        if given and swapped
        else ""
    )
    places = [given.place, place] if given and swapped else [place, given.place if given else None]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"The map is too small for {label(layer)}{at(case, place)}: the spatial size has shrunk to "
        f"{_by(sizes)} here, in {shape(call.input_specs[0])}, and {how}\n{turned}"
        f"The way of the size: {shrinking(case, call, axis)}.\n"
        f"{_advice(window, needed)}",
        places=distinct(places),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"{label(layer)} received {shape(call.input_specs[0])}", place),
            Evidence("arithmetic", f"sizes along axis {axis}: {shrinking(case, call, axis)}"),
            *as_evidence(case, trace_dimension(case, call.inputs[0], axis, call)),
        ),
        fixes=tuple(fixes),
    )


def _taken(window: Window, sizes: tuple[int | None, ...], short: int) -> str:
    size, needed = sizes[short], window.sizes[short]
    if window.kind == "cropping":
        return (
            f"cropping removes {needed - 1} rows or columns of {size}: the output size would be "
            f"{size} - {needed - 1} = {(size or 0) - needed + 1}, zero or negative."
        )
    return (
        f"the {window.kind} of size {_by(window.sizes)} is larger: with padding='valid' the output "
        f"size would be {size} - {needed} + 1 = {(size or 0) - needed + 1}, zero or negative; a "
        f"{window.kind} of {needed} does not fit in {size}."
    )


def _advice(window: Window, needed: int) -> str:
    if window.kind == "cropping":
        return "Reduce the cropping, or start from a larger input."
    return (
        f"Use padding='same', a smaller {window.kind}, or remove one of the layers that shrink the "
        f"map; or start from a larger input (the size here must be at least {needed})."
    )


def shrinking(case: Case, call: CallRecord, axis: int) -> str:
    """Return the sizes along an axis from the input to a call: `28 (input) -> 26 (conv2d)`."""
    given = input_layer_of(case, call.inputs[0])
    stages = history(case, call.inputs[0], axis)
    shown: list[str] = []
    if given is not None and len(given.batch_shape) > axis:
        shown.append(f"{given.batch_shape[axis]} (input)")
    before: int | None = None
    for stage in stages:
        if stage.size is not None and stage.size != before and stage.class_name != "InputLayer":
            shown.append(f"{stage.size} ({stage.name})")
        before = stage.size
    return " -> ".join(shown)


def _by(sizes: tuple[int | None, ...]) -> str:
    return "x".join("?" if size is None else str(size) for size in sizes)


def _input_of(case: Case, call: CallRecord) -> InputShape | None:
    layer = input_layer_of(case, call.inputs[0])
    return input_shape_of(case, layer) if layer is not None else None


def _channels_first(given: InputShape | None) -> bool:
    """Whether an image's shape has few channels in front and two greater sizes behind."""
    if given is None or len(given.shape) != 3:
        return False
    first, height, width = given.shape
    sizes = [first, height, width]
    if any(size is None for size in sizes):
        return False
    return (first or 0) <= 4 < min(height or 0, width or 0)


def _fixes(
    case: Case,
    call: CallRecord,
    window: Window,
    sizes: tuple[int | None, ...],
    given: InputShape | None,
    axis: int,
) -> list[Fix]:
    layer = call.operation
    found: list[Fix | None] = []
    if given is not None and _channels_first(given):
        found += _channels_last(case, given)
    if given is not None:
        found.append(columns_as_steps(case, given, axis, window.sizes[0]))
    if window.kind == "cropping":
        found.append(_smaller_cropping(case, layer, sizes))
    else:
        found.append(
            fix_creation(
                case, layer, "padding", '"same"',
                title=f"Give {label(layer)} padding='same', which keeps the size",
                likelihood=0.8,
            )
        )  # fmt: skip
        found.append(_smaller_window(case, layer, window, sizes))
        found.append(
            remove(
                case, layer, call=call,
                title=f"Remove {label(layer)}: the map is too small for it", likelihood=0.6,
            )
        )  # fmt: skip
    found += _larger_input(case, call, axis)
    return [fix for fix in found if fix is not None]


def _channels_last(case: Case, given: InputShape) -> Iterator[Fix | None]:
    from graphscope.doctor.fixes.arguments import make_fix
    from graphscope.doctor.fixes.shape_edits import elements_of, literal_steps, tuple_text
    from graphscope.doctor.origins import trace_value
    from graphscope.doctor.source import Editor

    for file, node in literal_steps(trace_value(case, given.node, given.frame)):
        parts = elements_of(file, node)
        if parts and len(parts) == len(given.shape) and case.program.is_own(file.path):
            text = tuple_text([*parts[1:], parts[0]])
            yield make_fix(
                Editor(file).replace(node, text),
                f"Write the input's shape channels-last: {text}",
                repair_class=RepairClass.A,
                likelihood=0.95,
            )
            return


def _smaller_window(
    case: Case, layer: Any, window: Window, sizes: tuple[int | None, ...]
) -> Fix | None:
    if set(getattr(layer, "dilation_rate", (1,))) not in ({1}, set()):
        return None
    fitting = tuple(min(size or k, k) for size, k in zip(sizes, window.sizes, strict=False))
    text = str(fitting[0]) if len(set(fitting)) == 1 else shape_text(fitting)
    return fix_creation(
        case, layer, window.parameter, text,
        title=f"Use {window.parameter}={text}, the largest that fits", likelihood=0.7,
    )  # fmt: skip


def _smaller_cropping(case: Case, layer: Any, sizes: tuple[int | None, ...]) -> Fix | None:
    """Crop as much as leaves more than half of the map."""
    pairs = [max((size or 1) // 4, 0) for size in sizes]
    text = (
        str(pairs[0])
        if len(set(pairs)) == 1
        else f"({', '.join(f'({each}, {each})' for each in pairs)})"
    )
    return fix_creation(
        case, layer, "cropping", text,
        title=f"Crop {text} from each side, which leaves half of the map", likelihood=0.7,
    )  # fmt: skip


def _larger_input(case: Case, call: CallRecord, axis: int) -> list[Fix]:
    """Double the input's size, where it is a number of its own."""
    rank = len(call.input_specs[0].shape or ())
    axes = spatial_axes(call.operation, rank)
    sides = [each for other in axes if (each := input_size(case, call.inputs[0], other))]
    together = toward_all(
        case, [(origin, size * 2) for size, origin in sides],
        purpose="so that the maps stay large enough", repair_class=RepairClass.C, likelihood=0.4,
    )  # fmt: skip
    found = input_size(case, call.inputs[0], axis)
    if together is not None or found is None:
        return [together] if together else []
    size, origin = found
    return toward(
        case, origin, size * 2,
        purpose="so that the maps stay large enough", repair_class=RepairClass.C, likelihood=0.4,
        limit=1,
    )  # fmt: skip
