"""Measures: how many calls, how long, how much CPU and memory (`make bench`, bench/README.md).

It runs the real thing, worker processes and command line, against the sandboxes on this machine.
"""
