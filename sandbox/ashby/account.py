"""One Ashby account, with everything that people do in it by hand."""

from __future__ import annotations

from sandbox.ashby.hire_moves import HireMoves
from sandbox.ashby.opening_moves import OpeningMoves
from sandbox.ashby.switches import Switches


class Account(OpeningMoves, HireMoves, Switches):
    """One account. Its collections of records by id are open to look into.

    `scopes` are the permissions of its key and may be changed at any time.
    """
