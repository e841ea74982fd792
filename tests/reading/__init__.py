"""How Usher reads what the school has written down."""
