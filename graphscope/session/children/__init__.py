"""Child processes: starting one, what it is asked and answers, and what it may use."""
