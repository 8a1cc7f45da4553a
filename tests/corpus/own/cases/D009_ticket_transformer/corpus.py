"""Support tickets."""
import numpy as np
from keras import layers

TEAMS = {"billing": "invoice charge refund card", "network": "router cable slow wifi",
         "account": "password login locked mail"}
FILLER = "please help my the again since yesterday with it cannot why hello thanks".split()


def tickets(count, seed):
    rng = np.random.default_rng(seed)
    texts, teams = [], []
    for _ in range(count):
        team = rng.integers(0, len(TEAMS))
        words = list(rng.choice(list(TEAMS.values())[team].split(), 3))
        words += list(rng.choice(FILLER, rng.integers(5, 30)))
        rng.shuffle(words)
        texts.append(" ".join(words))
        teams.append(team)
    return texts, np.asarray(teams)


def vectorizer(texts, vocabulary, length):
    layer = layers.TextVectorization(max_tokens=vocabulary, output_sequence_length=length)
    layer.adapt(texts)
    return layer
