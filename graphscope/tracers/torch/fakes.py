"""Tensors without memory: what inputs and weights are while a model is traced."""

from __future__ import annotations

from typing import Any

import torch
from keras.src.backend.torch.core import to_torch_dtype
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._python_dispatch import _disable_current_modes


class Fakes:
    """Makes the tensors of one trace.

    Attributes:
        mode: PyTorch's own emulation of operations on such tensors.
    """

    def __init__(self) -> None:
        self.mode = FakeTensorMode(allow_non_fake_inputs=True)

    def make(self, shape: tuple[int, ...], dtype: str) -> Any:
        """Return a tensor on the processor that has only a shape and Keras's name of a dtype."""
        return self._make(shape, to_torch_dtype(dtype))

    def like(self, tensor: Any, *, front: tuple[int, ...] = ()) -> Any:
        """Return one of the shape and dtype of another; `front` are sizes to put before it."""
        shape = (*front, *tensor.shape)
        # Where Keras infers shapes, it uses tensors of this kind itself.
        return _empty(shape, tensor.dtype) if tensor.is_meta else self._make(shape, tensor.dtype)

    def _make(self, shape: tuple[int, ...], dtype: Any) -> Any:
        with _disable_current_modes():
            return FakeTensor(self.mode, _empty(shape, dtype), torch.device("cpu"))


def _empty(shape: tuple[int, ...], dtype: Any) -> Any:
    with _disable_current_modes():
        return torch.empty(shape, dtype=dtype, device="meta")
