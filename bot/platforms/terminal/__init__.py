"""The same conversation in a terminal, one question at a time, readable by a screen reader."""
