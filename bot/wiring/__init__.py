"""The one place where everything is put together: settings, records, desk, platforms, delivery."""
