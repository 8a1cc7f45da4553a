"""What is read from the texts of exceptions."""

from __future__ import annotations

from graphscope.doctor.watching.messages import described_lines, graph_node, strip_message

INJECTED = (
    "Exception encountered when calling Block.call().\n\n"
    "\x1b[1mShapes (2,) and (3,) differ.\n\nSecond paragraph.\x1b[0m\n\n"
    "Arguments received by Block.call():\n  • x=tf.Tensor(shape=(2, 3), dtype=float32)"
)
GRAPH = """Graph execution error:

Detected at node net_1/words_1/GatherV2 defined at (most recent call last):
  File "/home/me/train.py", line 31, in <module>

  File "/venv/lib/python3.11/site-packages/keras/src/trainer.py", line 377, in fit

  File "/home/me/net.py", line 12, in call

indices[3,2] = 12 is not in [0, 10)
\t [[{{node net_1/words_1/GatherV2}}]] [Op:__inference_1]"""


def test_the_dump_of_arguments_is_taken_off() -> None:
    assert strip_message(INJECTED) == "Shapes (2,) and (3,) differ.\n\nSecond paragraph."


def test_several_layers_of_text_are_taken_off() -> None:
    text = (
        "Could not automatically infer the output shape / dtype of 'b' (of type Block). Either "
        "the `Block.call()` method is incorrect. Error encountered:\n\n" + INJECTED
    )
    assert strip_message(text).startswith("Shapes (2,)")


def test_other_texts_stay() -> None:
    assert strip_message("Arguments received by nobody") == "Arguments received by nobody"


def test_the_node_and_the_users_lines_of_a_graph_error() -> None:
    assert graph_node(GRAPH) == "net_1/words_1/GatherV2"
    assert graph_node("[[{{node a/b}}]]") == "a/b"
    assert graph_node("nothing") is None
    lines = [(line.file, line.line, line.function) for line in described_lines(GRAPH)]
    assert lines == [("/home/me/train.py", 31, "<module>"), ("/home/me/net.py", 12, "call")]
