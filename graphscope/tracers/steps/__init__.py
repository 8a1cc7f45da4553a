"""What traces of a train step share, whatever their operations are like."""
