"""Settings, URL mounts, and the Celery application."""
