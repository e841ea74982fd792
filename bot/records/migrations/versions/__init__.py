"""The steps between releases, oldest first; a released step is never edited."""
