"""What is printed or opened in a spreadsheet: pages, charts and lists, made of the school's own nouns."""
