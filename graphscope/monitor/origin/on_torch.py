"""A step on PyTorch, run again under a mode that sees each of its operations."""

from __future__ import annotations

import re
from types import CodeType
from typing import Any

from graphscope.graph import SourceLine
from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.origin.running import Running, run_step, watched_step
from graphscope.monitor.origin.trail import Origin, Place, Trail
from graphscope.monitor.probe.hooks import replaced
from graphscope.tracers.frames import is_user_code, shorten_path

_LAYER, _TRACEBACK = "graphscope_layer", "traceback_"
_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)')


def replay(model: Any, moment: Moment) -> Origin | None:
    """Return where the first number arose that is not finite."""
    import keras
    import torch

    trail, running = Trail(_as_array), Running(moment)
    for label, each in moment.labelled():
        if isinstance(each, torch.Tensor):
            trail.give(_key(each), each, label)
    leaves = [(variable, _leaf(variable, value)) for variable, value in moment.values]

    def mark(key: str, outputs: Any) -> None:
        for each in keras.tree.flatten(outputs):
            if isinstance(each, torch.Tensor):
                _mark(each.grad_fn, key)

    def backward(original: Any) -> Any:
        def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            running.losses.append(self.detach())
            return original(self, *args, **kwargs)

        return run

    def forget(_original: Any) -> Any:
        return lambda *_args, **_kwargs: None  # The gradients of the training stay as they are.

    state = torch.random.get_rng_state()
    try:
        with (
            watched_step(running, after_call=mark),
            replaced(torch.Tensor, "backward", backward),
            replaced(torch.nn.Module, "zero_grad", forget),
            keras.StatelessScope(state_mapping=leaves),
            torch.autograd.set_detect_anomaly(True, check_nan=False),
            _mode(trail, running),
        ):
            run_step(model.train_step, moment.data)
    finally:
        torch.random.set_rng_state(state)
    gradients = [*running.gradients, *(leaf.grad for _, leaf in leaves if leaf.grad is not None)]
    return trail.find(map(_key, running.losses), "forward") or trail.find(
        map(_key, gradients), "gradient"
    )


def _leaf(variable: Any, value: Any) -> Any:
    leaf = value.detach().clone()
    return leaf.requires_grad_(bool(variable.trainable)) if leaf.is_floating_point() else leaf


def _mark(node: Any, key: str) -> None:
    """Say of the nodes that make a result which layer they belong to, where none was said yet."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node is not None and _LAYER not in node.metadata:
            node.metadata[_LAYER] = key
            waiting += [before for before, _ in node.next_functions]


def _mode(trail: Trail, running: Running) -> Any:
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Mode(TorchDispatchMode):  # type: ignore[misc, unused-ignore]
        """Takes down each operation, also those that gradients consist of."""

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            import keras

            given = [
                (_key(each), each)
                for each in keras.tree.flatten([args, kwargs])
                if isinstance(each, torch.Tensor)
            ]
            before = [(key, _as_array(each)) for key, each in given]  # It may be written into.
            results = func(*args, **(kwargs or {}))
            made = [
                (_key(each), each)
                for each in keras.tree.flatten(results)
                if isinstance(each, torch.Tensor)
            ]
            trail.note(func.overloadpacket.__name__, before, made, lambda: _place(running))
            return results

    return Mode()


def _place(running: Running) -> Place:
    import torch

    node = torch._C._current_autograd_node()
    if node is None:
        return Place(running.layer, running.line())
    # A gradient that the program defines has a line of its own.
    line = running.line(within=_engine_code())
    metadata = node.metadata
    return Place(
        metadata.get(_LAYER), line or _line(metadata.get(_TRACEBACK, ())), _forward_name(node)
    )


def _engine_code() -> CodeType:
    """Return the code in which PyTorch runs gradients; what lies beyond is not theirs."""
    import torch

    run = getattr(torch.autograd.graph, "_engine_run_backward", torch.autograd.backward)
    code: CodeType = run.__code__
    return code


def _forward_name(node: Any) -> str | None:
    if hasattr(node, "_forward_cls"):  # A function of the program's, or of Keras's.
        return None
    return re.sub(r"Backward\d*$", "", node.name().rpartition("::")[2]).lower()


def _line(traceback: Any) -> SourceLine | None:
    """Return the innermost line of the user's in what PyTorch kept of a forward call."""
    for text in reversed(list(traceback)):
        match = _FRAME.search(text)
        if match is None:
            continue
        if match["file"].endswith("origin/running.py") and match["name"] == run_step.__name__:
            return None
        if is_user_code(match["file"]):
            return SourceLine(shorten_path(match["file"]), int(match["line"]), match["name"])
    return None


def _key(tensor: Any) -> Any:
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype


def _as_array(value: Any) -> Any | None:
    import numpy as np
    import torch

    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, torch.Tensor) or not value.is_floating_point() or value.is_meta:
        return None
    with torch.utils._python_dispatch._disable_current_modes():
        return value.detach().to(torch.float64).cpu().numpy().copy()
