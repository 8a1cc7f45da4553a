"""Train the detector on coloured squares."""
import keras
import numpy as np

from detector import ANCHORS, DetectorSpec, detection_loss, make_detector


class Squares(keras.utils.PyDataset):
    def __init__(self, spec, batches, size, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.spec, self.batches, self.size, self.seed = spec, batches, size, seed

    def __len__(self):
        return self.batches

    def __getitem__(self, index):
        spec, rng = self.spec, np.random.default_rng((self.seed, index))
        photos = rng.uniform(0, 0.2, (self.size, spec.image, spec.image, 3)).astype("float32")
        shape = (self.size, spec.cells, spec.cells, len(ANCHORS), 5 + spec.objects)
        truth = np.zeros(shape, "float32")
        for photo, grid in zip(photos, truth):
            side = rng.integers(10, 30)
            top, left = rng.integers(0, spec.image - side, 2)
            kind = rng.integers(0, spec.objects)
            photo[top : top + side, left : left + side, kind % 3] += 0.7
            centre = (np.array([top, left]) + side / 2) / spec.image
            cell = (centre * spec.cells).astype(int)
            anchor = np.abs(ANCHORS - side / spec.image).sum(1).argmin()
            grid[cell[0], cell[1], anchor, :5] = [1, *(centre * spec.cells % 1), *ANCHORS[anchor]]
            grid[cell[0], cell[1], anchor, 5 + kind] = 1
        return photos, truth


def main():
    keras.utils.set_random_seed(13)
    spec = DetectorSpec()
    model = make_detector(spec)
    model.compile(optimizer=keras.optimizers.AdamW(1e-3), loss=detection_loss)
    model.fit(Squares(spec, batches=5, size=8), epochs=1, verbose=0)
    print(model.evaluate(Squares(spec, batches=2, size=8, seed=1), verbose=0))


if __name__ == "__main__":
    main()
