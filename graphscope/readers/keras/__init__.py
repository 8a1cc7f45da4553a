"""From the config of a Keras model to a graph."""
