"""Rules for programs that ran to their end and are wrong all the same: one file each."""
