"""Rules for programs that failed: one file each."""
