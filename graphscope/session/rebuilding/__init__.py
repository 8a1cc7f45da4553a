"""Rebuilding models of known libraries from the settings in their files.

A file of a keras_hub model holds the name of a class and the arguments of its constructor; how data
flows through it is written in the library. Where the library is installed, a child process makes
the model from these arguments, without values for its weights, and traces it. Only classes of Keras
and of the library are made, and everything that the file names is checked before.
"""
