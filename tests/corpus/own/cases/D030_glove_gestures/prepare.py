"""Glove sensor logs: one row per reading, several subjects one after the other."""
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

FINGERS = 5
AXES = 3
READINGS_PER_GESTURE = 40


def log_of(subject, gestures, readings):
    rng = np.random.default_rng(subject)
    labels = rng.integers(0, 4, gestures)
    t = np.linspace(0, np.pi, readings)
    bend = np.sin(t[:, None] * (1 + np.arange(FINGERS * AXES) % (labels[:, None, None] + 2)))
    rows = bend + rng.normal(0, 0.1, bend.shape)
    return rows.reshape(-1, FINGERS * AXES), labels


def load(subjects, gestures, readings=READINGS_PER_GESTURE):
    rows, labels = zip(*(log_of(subject, gestures, readings) for subject in range(subjects)))
    return np.concatenate(rows), np.concatenate(labels)


def to_sequences(rows, window=50):
    scaled = StandardScaler().fit_transform(rows)
    return scaled.reshape(-1, window, FINGERS, AXES).astype("float32")


def datasets(subjects, gestures):
    rows, labels = load(subjects, gestures)
    sequences = to_sequences(rows)
    return train_test_split(sequences, labels, test_size=0.25, random_state=0, stratify=labels)
