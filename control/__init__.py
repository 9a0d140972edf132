"""The control plane: what a person can see or order, as functions that return values."""
