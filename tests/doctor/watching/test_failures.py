"""Where a program failed, in the user's own lines, wherever the exception was raised."""

from __future__ import annotations

import pytest

from graphscope.doctor.watching import is_failure, make_failure
from tests.doctor.watching.conftest import Run


def test_an_exit_is_no_failure(run: Run) -> None:
    watched = run("raise SystemExit(3)")
    assert watched.raised is not None and not is_failure(watched.raised)
    with pytest.raises(ValueError, match="SystemExit"):
        make_failure(watched.raised, watched.recording, watched.program)


def test_functional_construction_in_a_helper_of_another_file(run: Run) -> None:
    watched = run(
        """
        import keras
        from blocks import residual
        x = keras.Input((8, 8, 4))
        y = residual(x, filters=6)
        """,
        blocks="""
        from keras import layers

        def residual(x, filters):
            y = layers.Conv2D(filters, 3, padding="same")(x)
            return layers.Add(name="join")([
                x, y])
        """,
    )
    failure = watched.failure
    assert (failure.stage, failure.type_name) == ("construct", "ValueError")
    assert watched.code(failure.site) == [
        'layers.Add(name="join")([ x, y])',
        "residual(x, filters=6)",
    ]
    assert failure.call is failure.layer_call and failure.call is not None
    assert failure.call.name == "join" and failure.call.error is not None
    assert [s.shape for s in failure.call.input_specs] == [(None, 8, 8, 4), (None, 8, 8, 6)]
    assert failure.keras_frames[0][0] == "Merge._compute_elemwise_op_output_shape"
    assert failure.keras_frames[0][3]["shape1"] == (8, 8, 4)
    assert failure.site[0].is_live and failure.site[0].locals["filters"] == 6


def test_sequential_add(run: Run) -> None:
    watched = run(
        """
        import keras
        model = keras.Sequential([keras.Input((4, 4))])
        model.add(keras.layers.LSTM(3))
        model.add(keras.layers.LSTM(2))
        """
    )
    failure = watched.failure
    assert watched.code(failure.site) == ["model.add(keras.layers.LSTM(2))"]
    assert failure.layer_call is not None
    creation = watched.recording.creation_of(failure.layer_call.operation)
    assert creation is not None and watched.code(creation.site) == ["keras.layers.LSTM(2)"]


@pytest.mark.parametrize(
    ("call", "type_name"),
    [("layers.Dense(-3)", "ValueError"), ("layers.Dense(unit=3)", "TypeError"),
     ("keras.optimizers.Adam(lr=1)", "ValueError"), ("keras.Input(shape=5)", "ValueError")],
)  # fmt: skip
def test_constructors_that_refuse(run: Run, call: str, type_name: str) -> None:
    failure = (watched := run(f"import keras\nfrom keras import layers\nthing = {call}")).failure
    assert (failure.stage, failure.type_name) == ("construct", type_name)
    assert watched.code(failure.site) == [call]
    assert failure.creating is not None
    assert failure.creating[0].__name__ in ("Dense", "Adam", "InputLayer")
    assert (
        3 in failure.creating[2].values()
        or -3 in failure.creating[1]
        or ({"lr", "shape"} & set(failure.creating[2]))
    )


def test_a_custom_train_step_that_fails_while_it_is_traced(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.d = keras.layers.Dense(3)

            def call(self, x):
                return self.d(x)

            def train_step(self, data):
                x, y = data
                p = self(x, training=True)
                return {"loss": keras.ops.mean(
                    y - p[:, 1:])}

        net = Net()
        net.compile("sgd")
        net.fit(np.zeros((8, 4)), np.zeros((8, 3)), verbose=0)
        """
    )
    failure = watched.failure
    assert failure.stage == "fit" and failure.call is None
    assert watched.code(failure.site)[0] == "y - p[:, 1:]"
    assert failure.site[0].position.function == "Net.train_step"


def test_a_graph_that_fails_at_run_time_names_the_line_that_wrote_it(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.d = keras.layers.Dense(3)

            def call(self, x):
                return self.d(x)

            def train_step(self, data):
                x, y = data
                p = self(x, training=True)
                product = keras.ops.matmul(p, y)
                return {"loss": keras.ops.mean(product)}

        net = Net()
        net.compile("sgd")
        net.fit(np.zeros((8, 4)), np.zeros((8, 2)), verbose=0)
        """
    )
    failure = watched.failure
    assert failure.type_name == "InvalidArgumentError" and failure.graph_node
    assert watched.code(failure.site)[0] == "product = keras.ops.matmul(p, y)"
    assert len(watched.code(failure.site)) == 2
    assert failure.site[0].locals["x"].shape[1:] == (4,)


def test_a_layer_that_fails_at_run_time_is_found_by_its_node(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        i = keras.Input((5,))
        e = keras.layers.Embedding(10, 4, name="words")(i)
        f = keras.layers.Embedding(30, 4, name="words_too")(i)
        model = keras.Model(i, keras.layers.Dense(1)(e + f))
        model.compile("sgd", "mse", run_eagerly=False)
        model.fit(np.full((8, 5), 12), np.zeros((8, 5, 1)), verbose=0)
        """
    )
    failure = watched.failure
    assert failure.graph_node is not None and "GatherV2" in failure.graph_node
    assert failure.layer_call is not None and failure.layer_call.name == "words"
    assert watched.code(failure.site) == [
        "model.fit(np.full((8, 5), 12), np.zeros((8, 5, 1)), verbose=0)"
    ]


def test_a_gradient_that_fails_names_the_line_that_is_differentiated(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np, tensorflow as tf

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.d = keras.layers.Dense(1)
                self.loss_of = keras.losses.BinaryCrossentropy(from_logits=True)

            def train_step(self, data):
                with tf.GradientTape() as tape:
                    given = self.d(data)
                    loss = self.loss_of(tf.ones((16, 1)), given)
                weights = self.d.trainable_variables
                self.optimizer.apply(tape.gradient(loss, weights), weights)
                # Asked for by nobody, the loss itself is not computed: only its gradient fails.
                return {"steps": self.optimizer.iterations}

        net = Net()
        net.compile("sgd", jit_compile=False)
        net.fit(np.random.rand(40, 2), batch_size=16, verbose=0)
        """
    )
    failure = watched.failure
    assert failure.graph_node is not None and "gradient_tape" in failure.graph_node
    assert watched.code(failure.site)[0] == "loss = self.loss_of(tf.ones((16, 1)), given)"
    assert "given" in failure.site[0].locals


DATA = {
    "generator": """
        import keras, numpy as np

        def batches():
            for index in range(10):
                x = np.zeros(12 if index < 5 else 13)
                yield x.reshape(4, 3), np.zeros((4, 1))

        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(batches(), steps_per_epoch=9, verbose=0)
    """,
    "PyDataset in threads": """
        import keras, numpy as np

        class Data(keras.utils.PyDataset):
            def __len__(self):
                return 6
            def __getitem__(self, index):
                x = np.zeros(12 if index < 5 else 13)
                return x.reshape(4, 3), np.zeros((4, 1))

        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(Data(workers=2), shuffle=False, verbose=0)
    """,
    "py_function": """
        import numpy as np, tensorflow as tf

        def load(index):
            x = np.zeros(13)
            return x.reshape(4, 3)

        data = tf.data.Dataset.range(4).map(lambda i: tf.py_function(load, [i], tf.float32))
        for batch in data:
            print(batch)
    """,
}


@pytest.mark.parametrize("name", DATA)
def test_data_that_fails_far_from_the_line_that_asked_for_it(run: Run, name: str) -> None:
    watched = run(DATA[name])
    failure = watched.failure
    assert watched.code(failure.site)[0] == "x.reshape(4, 3)"
    assert failure.site[0].locals["x"].shape == (13,)
    # The line that asked for the data is the outermost one.
    assert "fit" in watched.code(failure.site)[-1] or "batch" in watched.code(failure.site)[-1]


def test_functions_that_tensorflow_copies(run: Run) -> None:
    watched = run(
        """
        import numpy as np, tensorflow as tf

        def prepare(image, label):
            if label > 3:
                image = image + 1.0
            image = tf.reshape(
                image, (28, 28, 1))
            return image, label

        data = tf.data.Dataset.from_tensor_slices((np.zeros((8, 28, 27)), np.arange(8)))
        data = data.map(prepare)
        """
    )
    failure = watched.failure
    assert failure.stage == "data"
    assert watched.code(failure.site) == [
        "image = tf.reshape( image, (28, 28, 1))", "data.map(prepare)",
    ]  # fmt: skip
    assert failure.site[0].code.co_name == "prepare"
    assert failure.site[0].locals["image"].shape == (28, 27)


def test_a_tf_function_of_the_users(run: Run) -> None:
    watched = run(
        """
        import keras, tensorflow as tf
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])

        @tf.function
        def step(x, y):
            return tf.matmul(model(x), y)

        step(tf.zeros((2, 3)), tf.zeros((5, 1)))
        """
    )
    assert watched.failure.stage == "call"
    assert watched.code(watched.failure.site) == [
        "return tf.matmul(model(x), y)", "step(tf.zeros((2, 3)), tf.zeros((5, 1)))",
    ]  # fmt: skip


def test_the_exception_behind_one_of_the_users_own(run: Run) -> None:
    watched = run(
        """
        import keras

        def build():
            try:
                return keras.layers.LSTM(3)(keras.Input((4,)))
            except ValueError as error:
                raise RuntimeError("cannot build the model") from error

        build()
        """
    )
    failure = watched.failure
    assert isinstance(failure.exception, RuntimeError)
    assert failure.type_name == "ValueError" and "ndim=3" in failure.message
    assert failure.layer_call is not None and failure.layer_call.class_name == "LSTM"
    assert watched.code(failure.site)[0] == "keras.layers.LSTM(3)(keras.Input((4,)))"


def test_an_exception_of_the_users_own_stays_what_it_is(run: Run) -> None:
    watched = run(
        """
        def size_of(name):
            try:
                return {"small": 3}[name]
            except KeyError:
                raise ValueError(f"no size {name}")

        size_of("big")
        """
    )
    failure = watched.failure
    assert (failure.type_name, failure.message, failure.stage) == (
        "ValueError",
        "no size big",
        "data",
    )


def test_what_keras_hides_behind_a_lambda(run: Run) -> None:
    watched = run(
        """
        import keras

        def mix(t):
            flat = keras.ops.reshape(t, (-1, 7))
            return keras.ops.matmul(flat, keras.ops.ones((6, 2)))

        keras.layers.Lambda(mix)(keras.Input((4, 5)))
        """
    )
    failure = watched.failure
    assert watched.code(failure.site)[0] == "keras.ops.matmul(flat, keras.ops.ones((6, 2)))"
    assert "7" in failure.message and "6" in failure.message
    assert "automatically infer" not in failure.message


def test_messages_come_without_what_was_put_around_them(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np

        class Inner(keras.layers.Layer):
            def call(self, x):
                return keras.ops.reshape(x, (-1, 7))

        class Outer(keras.Model):
            def __init__(self):
                super().__init__()
                self.inner = Inner()
            def call(self, x):
                return self.inner(x)

        Outer()(np.zeros((4, 5)))
        """
    )
    failure = watched.failure
    assert "Exception encountered" not in failure.message
    assert "Arguments received" not in failure.message
    assert failure.layer_call is not None and failure.layer_call.class_name == "Inner"
    assert failure.layer_call.parent is not None


def test_python_and_numpy_errors_in_the_preparation(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        x = np.zeros((6, 28, 28))
        flat = x.reshape(6, 28 * 28 * 28)
        """
    )
    failure = watched.failure
    assert (failure.stage, failure.boundary, failure.call) == ("data", None, None)
    assert watched.code(failure.site) == ["x.reshape(6, 28 * 28 * 28)"]


def test_packages_are_not_the_users(run: Run) -> None:
    watched = run(
        """
        import numpy as np
        from sklearn.model_selection import train_test_split
        a, b, c, d = train_test_split(np.zeros((10, 3)), np.zeros(9))
        """
    )
    assert watched.code(watched.failure.site)[0].startswith("train_test_split(")
    assert watched.failure.keras_frames[0][0] == "check_consistent_length"
