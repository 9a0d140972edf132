"""Tools for an assistant over the Model Context Protocol: what a person can see and order."""
