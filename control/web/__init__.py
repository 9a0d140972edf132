"""The deployment over HTTP: webhooks, health, and the console."""
