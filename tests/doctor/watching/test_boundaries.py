"""What enters Keras: arguments, data, targets, losses, weights, warnings."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.records import DataSummary
from tests.doctor.watching.conftest import Run


def test_fit_with_arrays(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        x = np.random.rand(600, 3); x[5, 1] = np.nan
        labels = np.arange(600) // 150
        model.fit(x, labels, 32, verbose=0, validation_data=(x, labels))
        """
    )
    compiled, fit = watched.recording.boundaries
    assert (compiled.kind, fit.kind, fit.finished) == ("compile", "fit", True)
    assert compiled.arguments["loss"] == "sparse_categorical_crossentropy"
    assert fit.arguments["batch_size"] == 32
    assert "epochs" not in fit.arguments
    assert fit.arguments["x"].shape == (600, 3)
    x, y = fit.data["x"], fit.data["y"]
    assert (x.spec.shape, x.kind, x.has_nan, x.is_integral) == ((600, 3), "array", True, False)
    assert x.sample.shape == (512, 3)
    assert (y.minimum, y.maximum, y.distinct, y.is_integral) == (0, 3, 4, True)
    assert fit.data["validation_data"][1].spec.shape == (600,)
    assert {(r.role, r.name, r.target.shape, r.prediction.shape) for r in _specs(fit)} == {
        ("loss", "sparse_categorical_crossentropy", (None,), (None, 4)),
        ("metric", "accuracy", (None,), (None, 4)),
    }


def _specs(boundary: Any) -> list[Any]:
    return boundary.losses


def test_a_failing_call_keeps_its_real_arguments(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
        model.predict(np.ones((2, 5)), verbose=0)
        """
    )
    boundary = watched.failure.boundary
    assert boundary is not None and not boundary.finished
    assert boundary.arguments["x"].sum() == 10


def test_generators_and_datasets_are_described_and_not_consumed(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np, tensorflow as tf
        served = []

        def batches():
            while True:
                served.append(1)
                yield {"a": np.ones((2, 3))}, np.zeros((2, 1))

        class Data(keras.utils.PyDataset):
            def __len__(self):
                return 2
            def __getitem__(self, index):
                return {"a": np.ones((4, 3))}, np.full((4, 1), 7)

        a = keras.Input((3,), name="a")
        model = keras.Model({"a": a}, keras.layers.Dense(1)(a))
        model.compile("sgd", "mse")
        model.fit(batches(), steps_per_epoch=2, verbose=0)
        model.fit(Data(), verbose=0)
        arrays = ({"a": np.ones((8, 3), "float32")}, np.zeros((8, 1), "float32"))
        data = tf.data.Dataset.from_tensor_slices(arrays).batch(4)
        model.evaluate(data, verbose=0)
        """
    )
    _, generator, sequence, dataset = watched.recording.boundaries
    assert generator.data["x"].kind == "generator"
    assert generator.batch[0]["a"].spec.shape == (2, 3)
    assert sequence.data["x"].kind == "pydataset"
    assert sequence.batch[1].minimum == 7
    inputs, targets = dataset.data["x"]
    assert (inputs["a"].spec.shape, inputs["a"].kind) == ((None, 3), "dataset")
    assert targets.spec.dtype == "float32"


def test_the_rows_of_a_dataset_are_sampled_as_long_as_they_stay_rows(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np, tensorflow as tf
        x = {"b": np.full((20, 3), 5.0), "a": np.full((20, 2), 7.0)}
        rows = tf.data.Dataset.from_tensor_slices((x, np.arange(20) % 6))
        inputs = {"b": keras.Input((3,), name="b"), "a": keras.Input((2,), name="a")}
        joined = keras.layers.Concatenate()([inputs["b"], inputs["a"]])
        model = keras.Model(inputs, keras.layers.Dense(9)(joined))
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(rows.shuffle(8).batch(4).prefetch(1), verbose=0)
        model.fit(rows.map(lambda x, y: (x, y)).batch(4), verbose=0)
        """
    )
    plain, mapped = (b.data["x"] for b in watched.recording.boundaries if b.kind == "fit")
    assert [plain[0][name].maximum for name in ("b", "a")] == [5, 7]
    assert (plain[1].maximum, plain[1].distinct, plain[1].spec.shape) == (5, 6, (None,))
    assert mapped[1].maximum is None


def test_a_validation_that_fails_is_named(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        x, y = np.zeros((4, 3)), np.zeros((4, 1))
        model.fit(x, y, validation_data=(x, y), verbose=0)
        model.fit(x, y, validation_data=(x[:, :2], y), verbose=0)
        """
    )
    _, good, bad = watched.recording.boundaries
    assert (good.kind, good.nested, bad.kind, bad.nested) == ("fit", None, "fit", "evaluate")
    assert watched.failure.boundary is bad


def test_outputs_of_several_losses_are_named(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        i = keras.Input((3,))
        first = keras.layers.Dense(4, name="first")(i)
        second = keras.layers.Dense(2, name="second")(i)
        model = keras.Model(i, [first, second])
        model.compile("sgd", ["mse", "categorical_crossentropy"])
        model.fit(np.ones((4, 3)), [np.ones((4, 4)), np.ones((4, 5))], verbose=0)
        """
    )
    failure = watched.failure
    assert failure.stage == "fit" and failure.boundary is not None
    good, bad = failure.boundary.losses
    assert (good.output, good.error) == ("first", None)
    assert (bad.output, bad.target.shape, bad.prediction.shape) == ("second", (None, 5), (None, 2))
    assert bad.error is not None


def test_structures_that_do_not_match_are_the_losses_failure(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        i = keras.Input((3,))
        model = keras.Model(i, [keras.layers.Dense(4)(i), keras.layers.Dense(2)(i)])
        model.compile("sgd", "mse")
        model.fit(np.ones((4, 3)), np.ones((4, 4)), verbose=0)
        """
    )
    (record,) = watched.failure.boundary.losses
    assert record.error is not None and record.target.shape == (None, 4)
    assert record.prediction is None


def test_a_loss_in_a_loop_of_the_users_own(run: Run) -> None:
    watched = run(
        """
        import keras, tensorflow as tf
        loss_of = keras.losses.MeanSquaredError()

        def step(x, y):
            return loss_of(y, x)

        for _ in range(20):
            step(tf.ones((4, 1)), tf.ones((4,)))
        """
    )
    first, *others = watched.recording.losses
    assert (first.target.shape, first.prediction.shape) == ((4,), (4, 1))
    assert len(others) < 3
    assert watched.code(first.site)[0] == "loss_of(y, x)"


def test_weights_that_are_set_and_loaded(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        layer = keras.layers.Dense(2)
        model = keras.Sequential([keras.Input((3,)), layer])
        layer.set_weights([np.ones((3, 2)), np.ones(2)])
        model.save("m.keras")
        model.load_weights("m.keras")
        """
    )
    kinds = [b.kind for b in watched.recording.boundaries]
    assert kinds == ["set_weights", "save", "load_weights"]
    assert [s.shape for s in watched.recording.boundaries[0].data["weights"]] == [(3, 2), (2,)]
    assert watched.recording.boundaries[2].arguments["filepath"] == "m.keras"


def test_what_a_callback_asks_for_is_a_boundary_of_its_own(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np

        class Probe(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                self.model.predict(np.zeros((2, 4)), verbose=0)

        x = np.zeros((4, 3))
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], validation_data=(x, x[:, :1]), callbacks=[Probe()], verbose=0)
        """
    )
    failure = watched.failure
    assert [b.kind for b in watched.recording.boundaries] == ["compile", "fit", "predict"]
    assert failure.stage == "predict"
    assert failure.boundary is watched.recording.boundaries[-1]
    assert watched.code(failure.site)[0] == "self.model.predict(np.zeros((2, 4)), verbose=0)"
    assert len(watched.code(failure.site)) == 2


def test_warnings_have_a_place(run: Run) -> None:
    watched = run(
        """
        import keras
        model = keras.Sequential([
            keras.layers.Dense(4, input_shape=(3,)),
        ])
        """
    )
    ((text, site),) = watched.recording.warnings
    assert "input_shape" in text
    assert watched.code(site) == ["keras.layers.Dense(4, input_shape=(3,))"]


def test_plain_lists_are_summarised(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.predict([[1.0, 2.0], [3.0, 4.5]], verbose=0)
        """
    )
    (boundary,) = watched.recording.boundaries
    assert isinstance(boundary.data["x"], DataSummary)
    assert boundary.data["x"].spec.shape == (2, 2)
    assert boundary.data["x"].kind == "list"
