"""Tools for an assistant: what a person can see or order, over the Model Context Protocol."""
