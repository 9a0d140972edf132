"""Celery tasks: what happens in which order, and the one place that handles their results."""
