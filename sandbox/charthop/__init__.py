"""A small stateful copy of the part of ChartHop's API that the sync uses."""

from sandbox.charthop.api import ChartHop
from sandbox.charthop.oddities import ChartHopOddities
from sandbox.charthop.org import Org
from sandbox.charthop.records import Change, Field, Group, Job, Person

__all__ = ["Change", "ChartHop", "ChartHopOddities", "Field", "Group", "Job", "Org", "Person"]
