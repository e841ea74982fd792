"""Usher: straight answers from a school's social media policy, and a safe way to report a worry."""
