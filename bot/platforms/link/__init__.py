"""The page behind a signed link: for people of the school who have no account on a chat platform."""
