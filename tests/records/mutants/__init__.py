"""Wrongs that the tests must catch; tests/records/test_mutants.py puts them in, one at a time."""
