"""A small stateful copy of the part of Ashby's API that the sync uses."""

from sandbox.ashby.account import Account
from sandbox.ashby.api import Ashby
from sandbox.ashby.oddities import AshbyOddities
from sandbox.ashby.records import ALL

__all__ = ["ALL", "Account", "Ashby", "AshbyOddities"]
