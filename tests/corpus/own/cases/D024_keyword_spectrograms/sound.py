"""Clips and their spectrograms."""
import numpy as np
import tensorflow as tf

WORDS = ["go", "stop", "left", "right"]


def clips(count, samples, seed):
    rng = np.random.default_rng(seed)
    word = rng.integers(0, len(WORDS), count)
    t = np.arange(samples) / samples
    sweep = np.sin(2 * np.pi * (200 + 150 * word[:, None]) * t * (1 + 0.3 * t))
    return (sweep + rng.normal(0, 0.1, sweep.shape)).astype("float32"), word


def spectrogram(wave):
    spectrum = tf.signal.stft(wave, frame_length=128, frame_step=64)
    magnitude = tf.math.log(tf.abs(spectrum) + 1e-4)
    return magnitude


def spectrogram_dataset(count, samples, seed, batch):
    waves = tf.data.Dataset.from_tensor_slices(clips(count, samples, seed))
    pictures = waves.map(lambda wave, word: (spectrogram(wave), word))
    return pictures.cache().batch(batch)
