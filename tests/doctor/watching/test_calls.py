"""Which calls are recorded, and how they hang together."""

from __future__ import annotations

from tests.doctor.watching.conftest import Run


def test_symbolic_calls_of_layers_and_operations(run: Run) -> None:
    watched = run(
        """
        import keras
        a = keras.Input((4, 6))
        b = keras.layers.Dense(3)(a)
        c = keras.ops.transpose(b, (0, 2, 1))
        d = keras.layers.Concatenate(axis=1)(
            [b * 2.0,
             keras.layers.Dense(3)(a)])
        """
    )
    recording = watched.recording
    shapes = [
        (c.class_name, [s.shape for s in c.input_specs], [s.shape for s in c.output_specs])
        for c in recording.calls
    ]
    assert shapes == [
        ("Dense", [(None, 4, 6)], [(None, 4, 3)]),
        ("Transpose", [(None, 4, 3)], [(None, 3, 4)]),
        ("Multiply", [(None, 4, 3)], [(None, 4, 3)]),
        ("Dense", [(None, 4, 6)], [(None, 4, 3)]),
        ("Concatenate", [(None, 4, 3), (None, 4, 3)], [(None, 8, 3)]),
    ]
    assert [watched.code(c.site)[0] for c in recording.calls][1:4] == [
        "keras.ops.transpose(b, (0, 2, 1))",
        "b * 2.0",
        "keras.layers.Dense(3)(a)",
    ]
    last = recording.calls[-1]
    assert recording.producer_of(last.inputs[0]) is recording.calls[2]
    assert recording.producer_of(last.inputs[1]) is recording.calls[3]
    assert recording.producer_of(recording.calls[0].inputs[0]) is None


def test_the_producer_is_the_innermost_call_and_no_pass_through(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np

        class Block(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.d = keras.layers.Dense(3)
                self.i = keras.layers.Identity()

            def call(self, x):
                return self.i(self.d(x))

        block = Block()
        net = keras.Sequential([keras.Input((2,)), block])
        net.compile("sgd", "mse")
        net.fit(np.zeros((4, 2)), np.zeros((4, 3)), verbose=0)
        """
    )
    traced = [c for c in watched.recording.calls if c.class_name == "Sequential" and c.outputs]
    producer = watched.recording.producer_of(traced[0].outputs[0])
    assert producer is not None and producer.class_name == "Dense"
    assert [c.class_name for c in traced[0].children] == ["Block"]
    assert traced[0].boundary is not None and traced[0].boundary.kind == "fit"


def test_eager_calls_are_kept_a_few_times_and_hold_no_data(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        layer = keras.layers.Dense(2)
        for step in range(50):
            layer(np.ones((4, 3)))
        for rows in range(5, 30):
            layer(np.ones((rows, 3)))
        """
    )
    calls = watched.recording.calls
    assert len([c for c in calls if c.site[0].position.line == 5]) == 3
    assert len([c for c in calls if c.site[0].position.line == 7]) == 25
    held = [value for c in calls for value in (*c.inputs, *c.outputs, *c.args)]
    assert {type(value).__name__ for value in held} == {"Spec"}


def test_the_call_that_fails_is_recorded_whatever_went_before(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.d = keras.layers.Dense(2)
                self.limit = 0

            def call(self, x):
                self.limit += 1
                y = self.d(x)
                if self.limit > 20:
                    return keras.ops.matmul(y, y)
                return y

        net = Net()
        for step in range(50):
            net(np.ones((4, 3)))
        """
    )
    failure = watched.failure
    assert failure.stage == "call"
    assert failure.call is not None and failure.call.class_name == "Net"
    assert [spec.shape for spec in failure.call.input_specs] == [(4, 3)]
    assert failure.boundary is not None and failure.boundary.kind == "call"
    assert watched.code(failure.site) == ["keras.ops.matmul(y, y)", "net(np.ones((4, 3)))"]
    assert failure.site[0].locals["y"].shape == (4, 2)


def test_calls_of_other_threads_have_their_own_parents(run: Run) -> None:
    watched = run(
        """
        import keras, threading

        class Outer(keras.layers.Layer):
            def call(self, x):
                worker = threading.Thread(target=lambda: inner(keras.Input((3,))))
                worker.start(); worker.join()
                return x

        inner = keras.layers.Dense(2)
        Outer()(keras.Input((5,)))
        """
    )
    dense = [c for c in watched.recording.calls if c.class_name == "Dense"]
    assert dense and all(c.parent is None for c in dense)
