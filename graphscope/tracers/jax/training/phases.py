"""Which phase of a train step is running: seen at the functions of Keras that begin one.

A phase is a call like that of a layer, so that its operations get their place in the same way.
Gradients need no hook: JAX writes into the name stack of an equation that it was transposed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import keras

from graphscope.analysis.phases import FORWARD, GRADIENT, LOSS, METRICS, UPDATE
from graphscope.tracers.jax.primitives import note
from graphscope.tracers.jax.tensors import JaxTensors
from graphscope.tracers.patching import patched
from graphscope.tracers.recorder import Call, Recorder, active_recorder
from graphscope.tracers.steps.parts import Part


class Phases:
    """The phases of one step, as calls inside the call of the step.

    Args:
        recorder: records the calls of this thread.
        tensors: names the operations of calls.
        step: the call of the whole step.

    Attributes:
        gradient: the call that stands for all gradients.
        updates: the call that updates a variable, by the variable's identity.
        numbers: the number of that call.
    """

    def __init__(self, recorder: Recorder, tensors: JaxTensors, step: Call) -> None:
        self._recorder = recorder
        self._tensors = tensors
        self._step = step
        self._calls: dict[tuple[Call, str], Call] = {}
        self.updates: dict[int, Call] = {}
        self.numbers: dict[int, int] = {}
        for name in (FORWARD, LOSS, GRADIENT, UPDATE, METRICS):
            self.call(name)
        self.gradient = self.call(GRADIENT)

    def call(
        self, name: str, parent: Call | None = None, type_: str = "Phase", key: str = ""
    ) -> Call:
        """Return the call that stands for a phase or a part of one; `key` tells namesakes apart."""
        around, known = self._step if parent is None else parent, key or name
        if (around, known) not in self._calls:
            made = Call(Part(name, type_), around, None, [], is_layer=False)
            self._calls[around, known] = made
            around.children.append(made)
        return self._calls[around, known]

    def mirror(self, call: Call, parent: Call, jaxpr: Any) -> Call:
        """Return the call that stands for the gradient of a call in a jaxpr."""
        key = (call, f"gradient {id(jaxpr)}")
        if key not in self._calls:
            part = Part(call.operation.name, _type_of(call), {"gradient_of": call})
            self._calls[key] = Call(part, parent, jaxpr, [], is_layer=False)
            parent.children.append(self._calls[key])
        return self._calls[key]

    @contextmanager
    def watching(self, model: Any, optimizers: list[Any]) -> Iterator[None]:
        """Notice inside the block when a phase begins and ends."""
        kinds = dict.fromkeys(type(each) for each in optimizers)
        points = [
            (keras.Layer, "__call__", self._enter(FORWARD)),
            (type(model), "stateless_call", self._enter_model),
            (type(model), "_compute_loss", self._enter(LOSS)),
            (type(model), "_update_metrics_variables", self._enter(METRICS)),
            *((kind, "apply", self._enter(UPDATE)) for kind in kinds),
            *((kind, "update_step", self._enter_update) for kind in kinds),
        ]
        with ExitStack() as stack:
            for owner, name, wrapper in points:
                stack.enter_context(patched(owner, name, wrapper))
            yield

    def _enter(self, name: str) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def entering(*args: Any, **kwargs: Any) -> Any:
                # Layers that a loss or an optimizer calls belong to that phase.
                if not self._is_mine() or self._recorder.current is not self._step:
                    return original(*args, **kwargs)
                call = self.call(name)
                with self._tensors.naming(call), self._recorder.inside(call):
                    return original(*args, **kwargs)

            return entering

        return wrap

    def _enter_model(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def stateless_call(model: Any, weights: Any, others: Any, *args: Any, **kwargs: Any) -> Any:
            if not self._is_mine() or self._recorder.current is not self._step:
                return original(model, weights, others, *args, **kwargs)
            # It runs `call` at once, not `__call__`, which would have been recorded.
            forward = self.call(FORWARD)
            call = Call(model, forward, None, self._tensors.flatten((args, kwargs)))
            forward.children.append(call)
            with self._tensors.naming(forward), self._tensors.naming(call) as number:
                note.bind(*call.inputs, call=number, returned=False, masks=0)
                with self._recorder.inside(call):
                    results = original(model, weights, others, *args, **kwargs)
                call.outputs = self._tensors.flatten(results[0])
                note.bind(*call.outputs, call=number, returned=True, masks=0)
            return results

        return stateless_call

    def _enter_update(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def update_step(
            optimizer: Any, gradient: Any, variable: Any, *args: Any, **kwargs: Any
        ) -> Any:
            if not self._is_mine():
                return original(optimizer, gradient, variable, *args, **kwargs)
            *layers, weight = str(variable.path).split("/")
            call = self.call(UPDATE)
            for layer in layers[-1:]:
                call = self.call(layer, call, "Layer update", key="/".join(layers))
            call = self.call(weight, call, "Weight update", key=f"{weight} {id(variable)}")
            call.operation.attributes["variable"] = variable
            self.updates[id(variable)] = call
            with self._tensors.naming(call) as number, self._recorder.inside(call):
                taken = self._tensors.flatten(gradient)
                note.bind(*taken, call=number, returned=False, masks=0)
                self.numbers[id(variable)] = number
                return original(optimizer, gradient, variable, *args, **kwargs)

        return update_step

    def _is_mine(self) -> bool:
        return active_recorder() is self._recorder


def _type_of(call: Call) -> str:
    operation = call.operation
    return operation.type if isinstance(operation, Part) else type(operation).__name__
