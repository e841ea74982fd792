"""The school's own nouns: frozen values in the words staff use, standard library only, no I/O."""
