"""Code in the config of a Keras model: found, described, collected; never run."""

from graphscope.readers.keras.code.collecting import CodeCollector
from graphscope.readers.keras.code.search import find_code, find_code_in

__all__ = ["CodeCollector", "find_code", "find_code_in"]
