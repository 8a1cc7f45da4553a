"""Rules about plain Python and NumPy, before data comes to Keras."""
