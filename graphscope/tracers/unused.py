"""Keep TensorFlow unimported where another backend runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def tensorflow_left_alone() -> Iterator[None]:
    """Keep Keras from importing TensorFlow inside the block, if nothing has imported it yet.

    To write a config Keras looks whether it holds a `tf.TensorShape`, and imports TensorFlow for
    that wherever it is installed: three seconds and 300 MB, on JAX and PyTorch as well. While
    nobody has imported it there can be no such object.
    """
    from keras.src.utils import module_utils

    module = module_utils.tensorflow
    if "tensorflow" in sys.modules or module._available is not None:
        yield
        return
    module._available = False
    try:
        yield
    finally:
        module._available = None
