"""Encoder, attention and decoder."""
import keras
from keras import layers


class Speller:
    def __init__(self, letters, phonemes, width):
        self.letters = letters
        self.phonemes = phonemes
        self.width = width

    def read(self, letters):
        x = layers.Embedding(self.letters, self.width, name="letter_vectors")(letters)
        forward = layers.GRU(self.width // 2, return_sequences=True, return_state=True)
        return layers.Bidirectional(forward, name="reader")(x)

    def write(self, before, memory, state):
        x = layers.Embedding(self.phonemes, self.width, name="phoneme_vectors")(before)
        x = layers.GRU(self.width, return_sequences=True, name="writer")(x, initial_state=state)
        seen = layers.Attention(name="look_back")([x, memory])
        x = layers.Concatenate(name="joined")([x, seen])
        return layers.Dense(self.phonemes, name="phoneme")(x)

    def build_model(self, steps):
        letters = keras.Input((steps,), dtype="int32", name="letters")
        before = keras.Input((None,), dtype="int32", name="before")
        memory, first, last = self.read(letters)
        state = layers.Concatenate(name="summary")([first, last])
        logits = self.write(before, memory, state)
        return keras.Model({"letters": letters, "before": before}, logits, name="speller")
