"""Decides what differs and what is to be done about it; standard library only."""
