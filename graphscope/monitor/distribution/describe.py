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
    inputs = _placed(distribution, x)
    if y is None:
        batch: tuple[Any, ...] = (inputs,)
        state = _read_state(model, optimizer=False)
    else:
        if getattr(model, "optimizer", None) is None:
            raise GraphscopeError(
                "The model has no optimizer.", "Compile it, or leave out the targets."
            )
        batch = inputs, _placed(distribution, y)
        model._symbolic_build(data_batch=batch)
        state = _read_state(model, optimizer=True)
    return describe_step(model, _resting(model, distribution, []), state, batch)


def describe_rest(model: Any) -> Distribution | None:
    """Return what lies on the devices between steps; None when one device has it all."""
    import keras

    if keras.backend.backend() != "jax":
        return None
    distribution = keras.distribution.distribution()
    return None if distribution is None else _resting(model, distribution, [])


def describe_step(
    model: Any, resting: Distribution, state: tuple[Any, ...], batch: tuple[Any, ...]
) -> Distribution:
    """Return how a step is spread, of which nothing but shapes and places is needed.

    Args:
        model: whose variables may be without values, as they are while it trains.
        resting: what lies on the devices between steps.
        state: as `train_step` gets it, arrays or `jax.ShapeDtypeStruct`; trainable and other
            weights alone for a batch without targets.
        batch: as `train_step` gets it: inputs, targets, weights of samples; or inputs alone.
    """
    activations: dict[tuple[str, int], Shard] = {}
    notes = list(resting.notes)
    state, batch = _outlined(state), _outlined(batch)
    with watched_outputs(activations):
        compiled = _compile_forward(model, state, batch[0])
    if len(batch) == 1:
        notes.append("Without targets, the collectives are those of the forward pass.")
    else:
        compiled = _compile_step(model, state, batch)
    layers = [layer.path for layer in model._flatten_layers() if layer.path]
    return replace(
        resting,
        activations=tuple(activations.values()),
        collectives=tuple(find_collectives(compiled.as_text(), layers)),
        step_bytes=_temporary(compiled),
        notes=tuple(notes),
    )


def _read_state(model: Any, *, optimizer: bool) -> tuple[Any, ...]:
    state: tuple[Any, ...] = model._get_jax_state(
        trainable_variables=True,
        non_trainable_variables=True,
        optimizer_variables=optimizer,
        metrics_variables=optimizer,
    )
    return state


def _outlined(structure: Any) -> Any:
    """Return arrays as what a compiler needs of them: shape, type, and place."""
    import jax

    def outline(array: Any) -> Any:
        return jax.ShapeDtypeStruct(array.shape, array.dtype, sharding=array.sharding)

    return jax.tree.map(outline, structure)


def _placed(distribution: Any, data: Any) -> Any:
    """Return arrays as the distribution lays data out, as `fit` would hand them to the step."""
    import jax
    import keras
    import numpy as np

    def place(array: Any) -> Any:
        layout = distribution.get_data_layout(np.shape(array))
        return jax.device_put(np.asarray(array), layout.backend_layout)

    return keras.tree.map_structure(place, data)


def _compile_forward(model: Any, state: tuple[Any, ...], x: Any) -> Any:
    import jax

    def forward(trainable: Any, others: Any, x: Any) -> Any:
        return model.stateless_call(trainable, others, x, training=True)

    return jax.jit(forward).lower(state[0], state[1], x).compile()


def _compile_step(model: Any, state: tuple[Any, ...], data: Any) -> Any:
    """Compile the training step as Keras does; its state is read, not donated."""
    import jax

    shardings = jax.tree.map(lambda array: array.sharding, state)
    step = jax.jit(model.train_step, out_shardings=(None, shardings))
    return step.lower(state, data).compile()


def _temporary(compiled: Any) -> int | None:
    memory = compiled.memory_analysis()
    return int(memory.temp_size_in_bytes) if memory is not None else None
