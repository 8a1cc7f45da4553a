"""Which weights a model has, worked out from its config where the file holds none.

One rule per built-in class that owns weights; of a class without a rule the weights are not known,
and the caller says so. Tests compare every rule with the files that Keras itself writes.
"""
