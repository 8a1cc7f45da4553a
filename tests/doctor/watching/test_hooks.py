"""The hooks come out again on every path, and what runs is not changed by them."""

from __future__ import annotations

import sys
import traceback
import warnings

import pytest

from graphscope.doctor.records import Recording
from graphscope.doctor.watching import watching
from tests.doctor.watching.conftest import Run


def _hooked() -> list[object]:
    import keras
    from keras.src.models.functional import Functional
    from keras.src.trainers.compile_utils import CompileLoss, MetricsList
    from keras.src.trainers.epoch_iterator import EpochIterator
    from keras.src.utils import traceback_utils
    from tensorflow.python.ops.script_ops import FuncRegistry
    from tensorflow.python.util import traceback_utils as tensorflow_utils

    return [
        keras.layers.Layer.__call__,
        keras.Operation.__call__,
        keras.Operation.symbolic_call,
        *(cls.__new__ for cls in (keras.Operation, keras.Model, Functional, keras.Sequential)),
        *(cls.__init__ for cls in (keras.Loss, keras.Metric, keras.Optimizer)),
        *(getattr(keras.Model, name) for name in ("compile", "fit", "predict", "load_weights")),
        keras.layers.Layer.set_weights,
        CompileLoss.__call__,
        MetricsList.update_state,
        EpochIterator.__init__,
        traceback_utils._process_traceback_frames,
        tensorflow_utils._process_traceback_frames,
        FuncRegistry.__call__,
        warnings.showwarning,
    ]


def test_everything_is_put_back_after_an_exception() -> None:
    before = _hooked()
    with pytest.raises(KeyboardInterrupt), watching(Recording()):
        assert not any(new is old for new, old in zip(_hooked(), before, strict=True))
        raise KeyboardInterrupt
    assert _hooked() == before


def test_one_recording_may_be_made_inside_another() -> None:
    import keras

    outer, inner = Recording(), Recording()
    with watching(outer):
        with watching(inner):
            keras.layers.Dense(1)
        keras.layers.Dense(2)
    assert [made.args for made in inner.creations] == [(1,)]
    assert [made.args for made in outer.creations] == [(1,), (2,)]


def test_the_user_sees_the_traceback_that_keras_makes(run: Run) -> None:
    text = """
        import keras
        keras.layers.LSTM(4)(keras.Input((3,)))
    """
    import keras

    with pytest.raises(ValueError) as bare:
        keras.layers.LSTM(4)(keras.Input((3,)))
    watched = run(text)
    assert watched.raised is not None
    frames = [f.name for f in traceback.extract_tb(watched.raised.__traceback__)]
    expected = [f.name for f in traceback.extract_tb(bare.value.__traceback__)]
    assert frames[-1:] == expected[-1:]
    assert "__call__" not in frames
    assert any(f.f_code.co_qualname == "Layer.__call__" for f in _frames(watched.failure.traceback))


def _frames(tb: object) -> list[object]:
    return [frame for frame, _ in traceback.walk_tb(tb)]


def test_modules_stay_as_they_were() -> None:
    before = sys.modules["keras"].layers.Dense
    with watching(Recording()):
        assert sys.modules["keras"].layers.Dense is before
