"""What Keras's recurrent layers do with a cell, as a loop whose body is run once.

The same as in `keras.src.backend.torch.rnn`, which runs the cell for every step of time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from keras import tree

if TYPE_CHECKING:
    from graphscope.tracers.torch.loops import Folder


def fold_rnn(  # noqa: PLR0913, PLR0917 - as Keras calls it
    folder: Folder,
    original: Any,
    step_function: Any,
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: Any = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> Any:
    """Return last output, all outputs and last states of a recurrent layer."""
    if unroll or isinstance(input_length, (torch.Tensor, list, tuple)):
        return original(
            step_function,
            inputs,
            initial_states,
            go_backwards=go_backwards,
            mask=mask,
            constants=constants,
            unroll=unroll,
            input_length=input_length,
            time_major=time_major,
            zero_output_for_mask=zero_output_for_mask,
            return_all_outputs=return_all_outputs,
        )
    if not time_major:
        inputs = tree.map_structure(_swap, inputs)
    steps = int(tree.flatten(inputs)[0].shape[0])
    now = steps - 1 if go_backwards else 0
    if mask is not None:
        mask = _prepare_mask(mask, time_major=time_major)
    constants = tuple(constants or ())
    with folder.block("while", "While", steps) as block:
        states = folder.stand_ins(tuple(initial_states))
        with folder.body(block, "body"):
            x = tree.map_structure(lambda each: each[now], inputs)
            output, new_states = step_function(x, tuple(states) + constants)
            new_states = tree.pack_sequence_as(states, tree.flatten(new_states))
            if mask is not None:
                output, new_states = _hold(
                    folder, mask[now], output, states, new_states, zero=zero_output_for_mask
                )
            folder.carry(block, states, new_states)
        outputs = folder.stack(block, output, steps if return_all_outputs else 1)
    last_output = tree.map_structure(lambda each: each[-1], outputs)
    if not time_major:
        outputs = tree.map_structure(_swap, outputs)
    return last_output, outputs, new_states


def fold_lstm(  # noqa: PLR0913, PLR0917 - as Keras calls it
    folder: Folder,
    _original: Any,
    inputs: Any,
    initial_state_h: Any,
    initial_state_c: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    activation: Any,
    recurrent_activation: Any,
    return_sequences: bool,
    batch_first: bool,
) -> Any:
    """Return last output, all outputs and last states of an LSTM whose inputs are projected at
    once.
    """
    projected = _project(_swap(inputs) if batch_first else inputs, kernel, bias)
    steps = int(projected.shape[0])
    with folder.block("while", "While", steps) as block:
        h, c = folder.stand_ins((initial_state_h, initial_state_c))
        with folder.body(block, "body"):
            z = projected[0] + torch.matmul(h, recurrent_kernel)
            z_i, z_f, z_c, z_o = torch.chunk(z, 4, dim=1)
            new_c = recurrent_activation(z_f) * c + recurrent_activation(z_i) * activation(z_c)
            new_h = recurrent_activation(z_o) * activation(new_c)
            folder.carry(block, (h, c), (new_h, new_c))
        outputs = folder.stack(block, new_h, steps)
    return _finish(outputs, new_h, [new_h, new_c], return_sequences, batch_first=batch_first)


def fold_gru(  # noqa: PLR0913, PLR0917 - as Keras calls it
    folder: Folder,
    _original: Any,
    inputs: Any,
    initial_state: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    activation: Any,
    recurrent_activation: Any,
    return_sequences: bool,
) -> Any:
    """Return last output, all outputs and last state of a GRU with inputs projected at once."""
    projected = _project(_swap(inputs), kernel, None if bias is None else bias[0])
    steps = int(projected.shape[0])
    with folder.block("while", "While", steps) as block:
        h = folder.stand_ins(initial_state)
        with folder.body(block, "body"):
            recurrent = _project(h, recurrent_kernel, None if bias is None else bias[1])
            x_z, x_r, x_h = torch.chunk(projected[0], 3, dim=1)
            h_z, h_r, h_h = torch.chunk(recurrent, 3, dim=1)
            z = recurrent_activation(x_z + h_z)
            r = recurrent_activation(x_r + h_r)
            new_h = z * h + (1.0 - z) * activation(x_h + r * h_h)
            folder.carry(block, h, new_h)
        outputs = folder.stack(block, new_h, steps)
    return _finish(outputs, new_h, [new_h], return_sequences, batch_first=True)


def _project(inputs: Any, kernel: Any, bias: Any) -> Any:
    projected = torch.matmul(inputs, kernel)
    return projected if bias is None else projected + bias


def _finish(
    outputs: Any, last_output: Any, states: list[Any], sequences: bool, *, batch_first: bool
) -> tuple[Any, Any, list[Any]]:
    outputs = _swap(outputs) if batch_first else outputs
    if not sequences:
        outputs = last_output.unsqueeze(1 if batch_first else 0)
    return last_output, outputs, states


def _hold(
    folder: Folder, mask: Any, output: Any, states: Any, new_states: Any, *, zero: bool
) -> tuple[Any, Any]:
    """Keep the output and the states of before where a step is masked."""

    def hold_output(made: Any) -> Any:
        before = torch.zeros_like(made)
        if not zero:
            before = folder.stand_ins(before)
        return torch.where(_as_wide(mask, made), made, before)

    def hold(made: Any, before: Any) -> Any:
        return torch.where(_as_wide(mask, made), made, before)

    return tree.map_structure(hold_output, output), tree.map_structure(hold, new_states, states)


def _prepare_mask(mask: Any, *, time_major: bool) -> Any:
    if mask.dtype != torch.bool:
        mask = mask.type(torch.bool)
    if len(mask.shape) == 2:
        mask = torch.unsqueeze(mask, -1)
    return mask if time_major else _swap(mask)


def _as_wide(mask: Any, tensor: Any) -> Any:
    while len(mask.shape) < len(tensor.shape):
        mask = torch.unsqueeze(mask, -1)
    return torch.tile(mask, (1, *tensor.shape[1:]))


def _swap(tensor: Any) -> Any:
    return torch.permute(tensor, (1, 0, *range(2, len(tensor.shape))))
