"""Teams: the whole counter in a school's own workspace."""
