"""What must survive a restart, proven on SQLite and on PostgreSQL."""
