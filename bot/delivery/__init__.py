"""Delivery: takes notices to the platforms and does not rest until somebody has been told."""
