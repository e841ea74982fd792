"""The page on this machine: a messenger for trying Usher as anybody in the sample school."""
