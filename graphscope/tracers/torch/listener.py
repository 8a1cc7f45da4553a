"""Hears every operation that PyTorch dispatches, and runs it on tensors without memory.

What follows from constants alone is computed as ever, so that a program may look at it: `range`s,
masks, shapes. All the rest only has shapes; a program that looks into it cannot be traced.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import torch
from keras.src.backend.common.symbolic_scope import in_symbolic_scope
from torch._subclasses.fake_tensor import DataDependentOutputException
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from graphscope.tracers.frames import find_user_line
from graphscope.tracers.recorder import RECORD_CODE, active_recorder
from graphscope.tracers.torch.arguments import read_arguments, written_tensors
from graphscope.tracers.torch.fakes import Fakes
from graphscope.tracers.torch.tape import Tape, Value

MAX_COMPUTED = 2**20
"""Largest number of elements that are computed though nobody may look at them."""

_NAMES_ONLY = frozenset(("lift_fresh", "lift_fresh_copy"))
"""Operations by which PyTorch makes a tensor of a number or list."""


class Listener(TorchDispatchMode):  # type: ignore[misc]  # untyped
    """Runs operations and puts them on a tape, with the call that made them and its line.

    Args:
        tape: receives the operations.
        fakes: runs those that do not follow from constants.
    """

    def __init__(self, tape: Tape, fakes: Fakes) -> None:
        super().__init__()
        self._tape = tape
        self._fakes = fakes

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run one operation."""
        kwargs = kwargs or {}
        if func.namespace == "prim" or in_symbolic_scope():
            return func(*args, **kwargs)
        inputs = [
            self._tape.value_of(leaf)
            for leaf in tree_leaves((args, kwargs))
            if isinstance(leaf, torch.Tensor)
        ]
        result = self._run(func, args, kwargs, inputs)
        written = written_tensors(func, args, kwargs)
        if written and isinstance(result, torch.Tensor):
            result = written[0]  # Emulated, it would be another object.
        self._put(func, args, kwargs, inputs, result, written)
        return result

    def _run(self, func: Any, args: Any, kwargs: Any, inputs: list[Value]) -> Any:
        is_known = all(value.is_known for value in inputs)
        if func is torch.ops.aten._local_scalar_dense.default and not is_known:
            raise DataDependentOutputException(func)
        if (
            is_known
            and torch.Tag.nondeterministic_seeded not in func.tags
            and _largest(args, inputs) <= MAX_COMPUTED
        ):
            return func(*args, **kwargs)
        with self._fakes.mode:
            return func(*args, **kwargs)

    def _put(
        self, func: Any, args: Any, kwargs: Any, inputs: list[Value], result: Any, written: Any
    ) -> None:
        tensors = [leaf for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor)]
        name = func._schema.name.rpartition("::")[2]
        if name in _NAMES_ONLY or self._is_birth(name, inputs):
            self._tape.rename(tensors[0], inputs[0], is_literal=name in _NAMES_ONLY)
            return
        taken = {id(value.tensor) for value in inputs}
        if not written and all(id(tensor) in taken for tensor in tensors):
            return
        made = {id(tensor): tensor for tensor in (*tensors, *written)}
        recorder = active_recorder()
        owner = None if recorder is None else recorder.current
        if torch.Tag.nondeterministic_seeded in func.tags:
            inputs = [*inputs, *self._tape.take_seeds()]
        attributes = read_arguments(func, args, kwargs)
        if written:
            attributes["in_place"] = True
        self._tape.add(
            _readable(func, name),
            inputs,
            made.values(),
            owner=owner,
            source=None if owner is None else find_user_line(sys._getframe(2), stop=RECORD_CODE),
            attributes=attributes,
            written=written,
        )

    def _is_birth(self, name: str, inputs: list[Value]) -> bool:
        # PyTorch detaches what `torch.zeros` and the like have made before it hands it out.
        made_by = inputs[0].operation if inputs else None
        return (
            name == "detach"
            and made_by is not None
            and (not made_by.inputs or made_by.name.endswith("_like"))
            and bool(self._tape.body.entries)
            and self._tape.body.entries[-1] is made_by
        )


def _largest(args: Any, inputs: list[Value]) -> int:
    if inputs:
        return max(math.prod(value.shape) for value in inputs)
    sizes = next((each for each in args if isinstance(each, (list, tuple))), ())
    return math.prod(size for size in sizes if isinstance(size, int))


def _readable(func: Any, name: str) -> str:
    """Return `softmax` for `aten::_softmax`, `add` for `aten::add_`."""
    short = name.strip("_") or name
    return short if func.namespace == "aten" else f"{func.namespace}.{short}"
