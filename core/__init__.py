"""Pure decisions: what differs, and what to do about it. Standard library only."""
