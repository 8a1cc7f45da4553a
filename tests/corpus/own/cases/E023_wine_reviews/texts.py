"""Reviews as numbers of words."""
import numpy as np


class ReviewMaker:
    """The reviews of each grade prefer their own third of the words."""

    def __init__(self, words, length, grades, seed=13):
        self.words, self.length, self.grades = words, length, grades
        self.rng = np.random.default_rng(seed)

    def make(self, count):
        share = self.words // self.grades
        labels = np.sort(self.rng.integers(0, self.grades, count)).astype("int32")
        own = labels[:, None] * share + self.rng.integers(0, share, (count, self.length))
        other = self.rng.integers(0, self.words, own.shape)
        texts = np.where(self.rng.random(own.shape) < 0.6, own, other)
        return texts.astype("int32"), labels


def split_at(texts, labels, share, seed=5):
    """Mix, then cut into a part for training and one for validation."""
    order = np.random.default_rng(seed).permutation(len(texts))
    texts = texts[order]
    cut = int(len(texts) * share)
    train = texts[:cut], labels[:cut]
    check = texts[cut:], labels[cut:]
    return train, check
