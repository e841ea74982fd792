"""Faults put into Usher on purpose, each as one small patch: the hazards must catch every one of them.

`apply()` changes the classes of the process it is called in, which is always one that was forked for it.
"""
