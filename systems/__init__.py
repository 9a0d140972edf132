"""Speaks to ChartHop and to Ashby, in their words, and translates them into ours."""
