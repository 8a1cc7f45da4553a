"""The whole of it: from a distributed model and one batch to what each device holds and sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.monitor.distribution.collectives import find_collectives
from graphscope.monitor.distribution.shards import device_bytes, watched_outputs, weight_shards
from graphscope.runs.distribution import Distribution, Mesh, Shard


def describe_distribution(model: Any, x: Any = None, y: Any = None) -> Distribution:
    """Return how a model is spread by `keras.distribution`, on JAX.

    The step is compiled, not run: no weight changes, and nothing is made that `fit` would not make
    before its first step (slots of the optimizer, metrics).

    Args:
        model: built, and created under the distribution.
        x: inputs of one batch, as `fit` takes them; without them activations and collectives are
            left out.
        y: targets of that batch; without them the forward pass alone is compiled.

    Raises:
        GraphscopeError: when there is no distribution, or the backend is another one.
    """
    import keras

    if keras.backend.backend() != "jax":
        raise GraphscopeError(
            f"Distributions are shown on JAX; the backend is {keras.backend.backend()}.",
            "Set KERAS_BACKEND=jax.",
        )
    distribution = keras.distribution.distribution()
    if distribution is None:
        raise GraphscopeError(
            "No distribution is set, so every weight lies on one device.",
            "Call keras.distribution.set_distribution(...) before the model is made.",
        )
    if x is None:
        note = "Without a batch, activations and collectives are not known."
        return _resting(model, distribution, [note])
    return _with_step(model, distribution, x, y)


def _resting(model: Any, distribution: Any, notes: list[str]) -> Distribution:
    """Return what lies on the devices between steps."""
    if not getattr(model.optimizer, "built", False):
        notes = [*notes, "The optimizer has no slots yet; they are made when training begins."]
    return Distribution(
        _mesh_of(distribution),
        tuple(weight_shards(model)),
        device_bytes=device_bytes(model),
        notes=tuple(notes),
    )


def _mesh_of(distribution: Any) -> Mesh:
    mesh = distribution.device_mesh
    axes = zip(mesh.axis_names, mesh.shape, strict=True)
    return Mesh(tuple((str(n), int(size)) for n, size in axes), tuple(map(str, mesh.devices.flat)))


def _with_step(model: Any, distribution: Any, x: Any, y: Any) -> Distribution:
    activations: dict[tuple[str, int], Shard] = {}
    notes: list[str] = []
    inputs = _placed(distribution, x)
    with watched_outputs(activations):
        compiled = _compile_forward(model, inputs)
    if y is None:
        notes.append("Without targets, the collectives are those of the forward pass.")
    else:
        compiled = _compile_step(model, (inputs, _placed(distribution, y)))
    layers = [layer.path for layer in model._flatten_layers() if layer.path]
    return replace(
        _resting(model, distribution, notes),
        activations=tuple(activations.values()),
        collectives=tuple(find_collectives(compiled.as_text(), layers)),
        step_bytes=_temporary(compiled),
    )


def _placed(distribution: Any, data: Any) -> Any:
    """Return arrays as the distribution lays data out, as `fit` would hand them to the step."""
    import jax
    import keras
    import numpy as np

    def place(array: Any) -> Any:
        layout = distribution.get_data_layout(np.shape(array))
        return jax.device_put(np.asarray(array), layout.backend_layout)

    return keras.tree.map_structure(place, data)


def _compile_forward(model: Any, x: Any) -> Any:
    import jax

    trainable = [each.value for each in model.trainable_variables]
    others = [each.value for each in model.non_trainable_variables]

    def forward(trainable: Any, others: Any, x: Any) -> Any:
        return model.stateless_call(trainable, others, x, training=True)

    return jax.jit(forward).lower(trainable, others, x).compile()


def _compile_step(model: Any, data: Any) -> Any:
    """Compile the training step as Keras does; its state is read, not donated."""
    import jax

    if getattr(model, "optimizer", None) is None:
        raise GraphscopeError(
            "The model has no optimizer.", "Compile it, or leave out the targets."
        )
    model._symbolic_build(data_batch=data)
    state = model._get_jax_state(
        trainable_variables=True,
        non_trainable_variables=True,
        optimizer_variables=True,
        metrics_variables=True,
    )
    shardings = model._get_state_sharding_spec()
    step = jax.jit(model.train_step, out_shardings=(None, shardings))
    return step.lower(state, data).compile()


def _temporary(compiled: Any) -> int | None:
    memory = compiled.memory_analysis()
    return int(memory.temp_size_in_bytes) if memory is not None else None
