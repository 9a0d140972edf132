"""`python -m control.cli`: the command where no console script is installed."""

from control.cli import main

main()
