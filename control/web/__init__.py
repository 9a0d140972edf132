"""The deployment over HTTP: webhooks and health, and whatever else is mounted beside them."""
