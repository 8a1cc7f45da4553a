"""From live Keras models to graphs. The only importers of Keras and the backends."""
