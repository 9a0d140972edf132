"""`python -m workers.commands`: the command where no console script is installed."""

from workers.commands import main

main()
