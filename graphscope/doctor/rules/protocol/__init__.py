"""Rules about what subclasses and train steps must define and return."""
