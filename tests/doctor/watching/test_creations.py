"""Where layers, models, losses, metrics and optimizers are made."""

from __future__ import annotations

from tests.doctor.watching.conftest import Run


def test_an_element_of_a_list_has_its_own_line(run: Run) -> None:
    watched = run(
        """
        import keras
        from keras import layers

        model = keras.Sequential([
            keras.Input((8,)),
            layers.Dense(
                4,
                activation="relu",
            ),
            layers.Dropout(0.5), layers.Dense(2),
        ])
        """
    )
    made = {
        (c.class_name, c.args): watched.code(c.site)[0]
        for c in watched.recording.creations
        if c.class_name in ("Dense", "Dropout")
    }
    assert made == {
        ("Dense", (4,)): 'layers.Dense( 4, activation="relu", )',
        ("Dropout", (0.5,)): "layers.Dropout(0.5)",
        ("Dense", (2,)): "layers.Dense(2)",
    }


def test_parts_know_the_object_that_made_them(run: Run) -> None:
    watched = run(
        """
        import keras

        class Block(keras.layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.first = keras.layers.Dense(units)

            def build(self, shape):
                self.second = keras.layers.Dense(shape[-1])

            def call(self, x):
                return self.second(self.first(x))

        block = Block(units=3, name="b")
        block(keras.Input((5,)))
        alone = keras.layers.Dense(9)
        """
    )
    dense = [c for c in watched.recording.creations if c.class_name == "Dense"]
    assert [(c.args, c.parent.class_name if c.parent else None) for c in dense] == [
        ((3,), "Block"),
        ((5,), "Block"),
        ((9,), None),
    ]
    block = watched.recording.creations[0]
    assert (block.class_name, dict(block.kwargs)) == ("Block", {"units": 3, "name": "b"})
    assert dense[0].site[0].locals["units"] == 3
    assert watched.code(dense[0].site) == ["keras.layers.Dense(units)", 'Block(units=3, name="b")']


def test_losses_metrics_and_optimizers_are_seen_with_what_they_were_given(run: Run) -> None:
    watched = run(
        """
        import keras

        class Weighted(keras.losses.Loss):
            def __init__(self, weight, name="weighted", **options):
                super().__init__(name=name)

        loss = Weighted(2.0, extra=1)
        plain = keras.losses.Huber(delta=3.0)
        metric = keras.metrics.TopKCategoricalAccuracy(k=3)
        optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5)
        """
    )
    made = {c.class_name: dict(c.kwargs) for c in watched.recording.creations if not c.parent}
    assert made == {
        "Weighted": {"weight": 2.0, "extra": 1},
        "Huber": {"delta": 3.0},
        "TopKCategoricalAccuracy": {"k": 3},
        "Adam": {"learning_rate": 1e-3, "beta_1": 0.5},
    }
    optimizer = watched.recording.creations[-1]
    assert watched.recording.creation_of(optimizer.instance) is optimizer
    assert watched.recording.creation_of(object()) is None


def test_functional_models_keep_their_arguments(run: Run) -> None:
    watched = run(
        """
        import keras
        x = keras.Input((3,))
        keras.Model(inputs=x, outputs=keras.layers.Dense(1)(x), name="net")
        """
    )
    model = watched.recording.creations[-1]
    assert model.class_name == "Functional"
    assert set(model.kwargs) == {"inputs", "outputs", "name"}
    assert watched.code(model.site)[0].startswith("keras.Model(inputs=x")


def test_variables_are_remembered_as_they_were(run: Run) -> None:
    watched = run(
        """
        import keras, numpy as np
        for units in (4, 6):
            data = np.zeros((units, 2))
            pair = (data, [1, 2])
            names = ["a", "b"]
            layer = keras.layers.Dense(units)
        units = 0
        names.append("c")
        """
    )
    first, second = (c.site[0].locals for c in watched.recording.creations)
    assert (first["units"], second["units"]) == (4, 6)
    assert first["names"] == ["a", "b"]
    assert second["data"].shape == (6, 2)
    assert second["pair"][0].shape == (6, 2)
    assert second["pair"][1] == [1, 2]
    # An object is kept itself: here the first layer, while the second one is being made.
    assert second["layer"] is watched.recording.creations[0].instance
