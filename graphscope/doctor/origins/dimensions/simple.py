"""Dense, embeddings, recurrent layers, reshaping: layers whose sizes are arguments or moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.making import (
    argument_origin,
    making_of,
    parameter_names,
    wrapped_making,
)
from graphscope.doctor.origins.members import Making
from graphscope.doctor.origins.origin import Origin

Rule = Callable[[Step], Origin | None]


def handed_on(step: Step) -> Origin:
    """A layer that does not change shapes."""
    return step.input(step.axis)


def _last(name: str) -> Rule:
    def rule(step: Step) -> Origin:
        if step.axis == step.rank - 1:
            return step.argument(name)
        return step.input(step.axis)

    return rule


def _einsum_dense(step: Step) -> Origin | None:
    left, _, right = str(step.setting("equation", "")).replace(" ", "").partition("->")
    given = left.split(",", maxsplit=1)[0].replace("...", "")
    wanted = right.replace("...", "")
    letter = wanted[step.axis - step.rank] if step.rank - step.axis <= len(wanted) else ""
    if letter in given and letter:
        return step.input(given.index(letter) - len(given))
    if not letter:
        return step.input(step.axis)
    new = [each for each in wanted if each not in given]
    return step.argument("output_shape", part=new.index(letter) - len(new), value=step.size)


def _flatten(step: Step) -> Origin:
    if step.axis == 0:
        return step.input(0)
    axes = range(1, len(step.input_shape()))
    formula = " * ".join(str(step.input_size(axis)) for axis in axes) or "1"
    return step.arithmetic(formula, *(step.input(axis) for axis in reversed(axes)))


def _reshape(step: Step) -> Origin:
    if step.axis == 0:
        return step.input(0)
    target = tuple(step.setting("target_shape") or ())
    part = step.axis - 1
    wanted = target[part] if part < len(target) else None
    if wanted != -1:
        return step.argument("target_shape", part=part, value=wanted)
    return _the_rest(step, target, step.input_shape()[1:], first=1, name="target_shape")


def _the_rest(step: Step, target: Any, shape: Any, *, first: int, name: str) -> Origin:
    """What `-1` stands for."""
    over = [str(size) for size in target if size != -1]
    product = " * ".join(str(size) for size in shape)
    formula = f"{product} / ({' * '.join(over)})" if over else product
    causes = [step.argument(name, value=tuple(target))]
    causes += [step.input(axis + first) for axis in range(len(shape))]
    return step.arithmetic(formula, *causes)


def _permute(step: Step) -> Origin:
    dims = (0, *tuple(step.setting("dims") or ()))
    return step.input(dims[step.axis] if step.axis < len(dims) else step.axis)


def _repeat_vector(step: Step) -> Origin:
    if step.axis == 1:
        return step.argument("n")
    return step.input(0 if step.axis == 0 else -1)


def _recurrent(step: Step) -> Origin:
    if step.axis == 0:
        return step.input(0)
    if step.axis == 1 and step.rank == 3:
        return step.input(1)
    cell = step.setting("cell")
    if "units" in parameter_names(step.operation):
        return step.argument("units")
    making = making_of(step.engine.tracer, cell)
    if making is not None:
        return argument_origin(step.engine.tracer, cell, "units", value=step.size)
    return step.whole()


def wrapped(step: Step, layer: Any) -> Making | None:
    """Return the call inside a wrapper's call that made the wrapped layer."""
    own = making_of(step.engine.tracer, layer)
    around = step.making or making_of(step.engine.tracer, step.operation)
    if around is None:
        return own
    return wrapped_making(step.engine.tracer, around) or own


def _bidirectional(step: Step) -> Origin:
    layer = step.setting("forward_layer")
    if step.axis != step.rank - 1:
        return step.input(step.axis)
    making = wrapped(step, layer)
    units = getattr(layer, "units", None)
    inner = argument_origin(step.engine.tracer, layer, "units", value=units, making=making)
    if step.setting("merge_mode") != "concat" or step.output > 0:
        return inner
    return step.arithmetic(f"2 * {units}", inner)


def _time_distributed(step: Step) -> Origin:
    if step.axis < 2:
        return step.input(step.axis)
    layer = step.setting("layer")
    inner = step.at(
        operation=layer,
        axis=step.axis - 1,
        shape=(step.shape[0], *step.shape[2:]),
        shift=step.shift + 1,
        making=wrapped(step, layer),
    )
    return step.engine.of_step(inner)


RULES: dict[str, Rule] = {
    "Dense": _last("units"),
    "EinsumDense": _einsum_dense,
    "Embedding": _last("output_dim"),
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "SimpleRNN": _recurrent,
    "RNN": _recurrent,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "CategoryEncoding": _last("num_tokens"),
    **dict.fromkeys(
        [
            "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout",
            "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
            "GaussianDropout", "AlphaDropout", "ActivityRegularization", "BatchNormalization",
            "LayerNormalization", "GroupNormalization", "UnitNormalization", "RMSNormalization",
            "SpectralNormalization", "Normalization", "Rescaling", "Masking", "Identity",
        ],
        handed_on,
    ),
}  # fmt: skip
"""By the name of the layer's class, or of the nearest base class."""
