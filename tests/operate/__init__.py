"""Tests of operating Usher, through the command itself."""
