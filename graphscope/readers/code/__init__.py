"""Python bytecode as text: an own reader of its format, for all releases from 3.6 to 3.14."""
