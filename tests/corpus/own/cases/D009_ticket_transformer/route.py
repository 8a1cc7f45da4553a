"""Send a ticket to the right team."""
import keras
from keras import layers

from blocks import EncoderBlock, TokenAndPosition
from corpus import TEAMS, tickets, vectorizer

VOCABULARY = 60
TICKET_LENGTH = 36
POSITIONS = 32
WIDTH = 24
HEADS = 4
BLOCKS = 2


def build():
    tokens = keras.Input((TICKET_LENGTH,), dtype="int64", name="tokens")
    x = TokenAndPosition(POSITIONS, VOCABULARY, WIDTH, name="embed")(tokens)
    for number in range(BLOCKS):
        x = EncoderBlock(WIDTH, HEADS, 2 * WIDTH, name=f"block{number}")(x)
    x = layers.GlobalAveragePooling1D()(x)
    team = layers.Dense(len(TEAMS), activation="softmax", name="team")(x)
    return keras.Model(tokens, team, name="router")


def main():
    keras.utils.set_random_seed(4)
    texts, teams = tickets(240, seed=4)
    prepare = vectorizer(texts, VOCABULARY, TICKET_LENGTH)
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(prepare(texts).numpy(), teams, batch_size=40, epochs=1, verbose=0)
    print(model.predict(prepare(["my card refund please"]).numpy(), verbose=0))


if __name__ == "__main__":
    main()
