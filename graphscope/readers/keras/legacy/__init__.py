"""What Keras 1 and 2 wrote, turned into what Keras 3 writes today."""
