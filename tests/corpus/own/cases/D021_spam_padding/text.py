"""A tokenizer in ten lines."""
from collections import Counter

import numpy as np
from keras.utils import pad_sequences

GOOD = "meeting report lunch family train tomorrow project photo".split()
BAD = "winner free money click prize pills offer casino".split()
PLAIN = "the a and to you we is for in on at this".split()


def mails(count, longest, seed):
    rng = np.random.default_rng(seed)
    spam = rng.random(count) < 0.4
    texts = []
    for bad in spam:
        words = list(rng.choice(PLAIN, rng.integers(6, longest - 4)))
        words += list(rng.choice(BAD if bad else GOOD, 4))
        rng.shuffle(words)
        texts.append(" ".join(words))
    return texts, spam.astype("float32")


class Tokenizer:
    def __init__(self, size):
        self.size = size
        self.index = {}

    def fit(self, texts):
        counts = Counter(word for text in texts for word in text.split())
        self.index = {w: n for n, (w, _) in enumerate(counts.most_common(self.size - 2), start=2)}
        return self

    def __call__(self, texts):
        return [[self.index.get(word, 1) for word in text.split()] for text in texts]


def padded(rows, length=None):
    return pad_sequences(rows, maxlen=length, padding="post").astype(np.int32)
