"""Ashby: its endpoints, its wire format and its words."""
