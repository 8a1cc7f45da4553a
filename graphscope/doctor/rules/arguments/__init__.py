"""Rules about the arguments that Keras is given: names, values, kinds."""
