"""The desk: one file for each thing Usher does for a person, with no SQL, HTTP or rendering."""
