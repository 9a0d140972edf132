"""Does: the four tasks, and the one place that handles how they end."""
