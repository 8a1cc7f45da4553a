"""How far estimates of peak memory are from what is measured.

Run: python -m tests.bench.memory_bench [MODEL ...] [--backend jax|tensorflow|torch]

Each model runs in a process of its own on each backend. JAX: `memory_analysis()` of the compiled
call and step, which is arguments, results and temporaries. TensorFlow: the peak of its allocator
on the CPU during one call and one step of `fit`, after one to warm up. PyTorch: weights and slots,
and on top what its profiler sees allocated and freed during one call and one step.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

BACKENDS = ("tensorflow", "jax", "torch")

ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    # TensorFlow's allocator for oneDNN leaves blocks of up to 256 kB out of its statistics.
    "TF_CPU_ALLOCATOR_USE_BFC": "1",
    # Kernels of a library keep their temporaries where XLA does not see them.
    "XLA_FLAGS": "--xla_cpu_experimental_ynn_fusion_type= --xla_cpu_use_xnnpack=false",
}


def measure(name: str) -> None:
    """Print one JSON object: estimates and measured peaks by use and batch."""
    import keras

    from graphscope.analysis.memory import prepare_memory
    from graphscope.session.open import trace_model
    from tests.bench.memory_models import MODELS

    make, batches = MODELS[name]
    model = make()
    plans = prepare_memory(trace_model(model), optimizer="adam")
    run = {"jax": _measure_jax, "tensorflow": _measure_tensorflow, "torch": _measure_torch}[
        keras.config.backend()
    ]
    rows = []
    for batch in batches:
        measured = run(model, batch)
        for use, plan in (("inference", plans.inference), ("training", plans.training)):
            rows.append((use, batch, plan.peak({"B": batch}), measured[use]))
    print(json.dumps(rows))  # noqa: T201


def _measure_jax(model: Any, batch: int) -> dict[str, int]:
    import jax
    import keras

    from tests.bench.memory_models import example

    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def compute_loss(trainable: Any, rest: Any, x: Any, y: Any) -> Any:
        outputs, rest = model.stateless_call(trainable, rest, x, training=True)
        return loss(y, outputs), rest

    def train(state: Any, x: Any, y: Any) -> Any:
        trainable, rest, slots = state
        compute = jax.value_and_grad(compute_loss, has_aux=True)
        (value, rest), gradients = compute(trainable, rest, x, y)
        trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
        return value, (trainable, rest, slots)

    def call(trainable: Any, rest: Any, x: Any) -> Any:
        return model.stateless_call(trainable, rest, x, training=False)[0]

    groups = (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    trainable, rest, slots = ([each.value for each in group] for group in groups)
    x, y = example(model, batch)
    called = jax.jit(call).lower(trainable, rest, x)
    # As Keras's own trainer does: what is updated takes over the memory of what was.
    trained = jax.jit(train, donate_argnums=0).lower((trainable, rest, slots), x, y)
    return {"inference": _compiled_peak(called), "training": _compiled_peak(trained)}


def _compiled_peak(lowered: Any) -> int:
    found = lowered.compile().memory_analysis()
    results = found.output_size_in_bytes - found.alias_size_in_bytes
    return int(found.argument_size_in_bytes + results + found.temp_size_in_bytes)


def _measure_tensorflow(model: Any, batch: int) -> dict[str, int]:
    import keras
    import tensorflow as tf

    from tests.bench.memory_models import example

    x, y = example(model, batch)
    x, y = keras.tree.map_structure(tf.constant, x), tf.constant(y)
    call = tf.function(lambda value: model(value, training=False))
    slots = sum(int(variable.numpy().nbytes) for variable in _optimizer_variables(model))
    called = _allocator_peak(lambda: call(x)) - slots
    if not slots:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", loss, jit_compile=False)
        model.optimizer.build(model.trainable_variables)
    model.make_train_function(force=True)
    data = iter(tf.data.Dataset.from_tensors((x, y)).repeat())
    trained = _allocator_peak(lambda: model.train_function(data))
    return {"inference": called, "training": trained}


def _measure_torch(model: Any, batch: int) -> dict[str, int]:
    import keras
    import torch

    from tests.bench.memory_models import example

    x, y = example(model, batch)
    x, y = keras.tree.map_structure(torch.as_tensor, x), torch.as_tensor(y)
    if not model.compiled:
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.optimizer.build(model.trainable_variables)

    def call() -> Any:
        with torch.no_grad():
            return model(x, training=False)

    weights = _torch_bytes(model.variables) + _torch_bytes(keras.tree.flatten(x))
    slots = _torch_bytes(model.optimizer.variables)
    trained = _profiled_peak(lambda: model.train_step((x, y)))
    return {"inference": weights + _profiled_peak(call), "training": weights + slots + trained}


def _torch_bytes(tensors: Any) -> int:
    values = [getattr(each, "value", each) for each in tensors]
    return sum(int(value.numel() * value.element_size()) for value in values)


def _profiled_peak(run: Any) -> int:
    from torch.profiler import ProfilerActivity, profile

    run()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        run()
    held = peak = 0
    for event in profiler.profiler.kineto_results.events():
        if event.name() == "[memory]":
            held += event.nbytes()
            peak = max(peak, held)
    return peak


def _optimizer_variables(model: Any) -> list[Any]:
    optimizer = getattr(model, "optimizer", None)
    return list(optimizer.variables) if optimizer is not None else []


def _allocator_peak(run: Any) -> int:
    import tensorflow as tf

    run()
    tf.config.experimental.reset_memory_stats("CPU:0")
    run()
    return int(tf.config.experimental.get_memory_info("CPU:0")["peak"])


def main(names: list[str], backends: list[str]) -> None:
    """Print one line for each model, backend, use and batch."""
    from tests.bench.memory_models import MODELS

    heads = f"{'model':10} {'backend':10} {'use':10} {'batch':>5}"
    print(f"{heads} {'estimate':>10} {'measured':>10} {'error':>6}")  # noqa: T201
    for name in names or list(MODELS):
        for backend in backends or BACKENDS:
            for use, batch, estimate, measured in _ask(name, backend):
                row = f"{name:10} {backend:10} {use:10} {batch:5}"
                sizes = f"{estimate / 2**20:6.1f} MiB {measured / 2**20:6.1f} MiB"
                print(f"{row} {sizes} {estimate / measured - 1:+6.0%}", flush=True)  # noqa: T201


def _ask(name: str, backend: str) -> list[tuple[str, int, int, int]]:
    command = [sys.executable, "-m", "tests.bench.memory_bench", "--child", name]
    environment = {**os.environ, **ENVIRONMENT, "KERAS_BACKEND": backend}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        print(f"{name} on {backend}: {done.stderr.strip().splitlines()[-1]}")  # noqa: T201
        return []
    found: list[tuple[str, int, int, int]] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["--child"]:
        measure(arguments[1])
    elif "--backend" in arguments:
        place = arguments.index("--backend")
        main(arguments[:place], [arguments[place + 1]])
    else:
        main(arguments, [])
