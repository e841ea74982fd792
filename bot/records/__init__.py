"""What must survive a restart: the only home of SQLAlchemy and of cryptography."""
