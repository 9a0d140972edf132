"""One ChartHop organization, with everything that people do in it by hand."""

from __future__ import annotations

from sandbox.charthop.moves import OrgMoves
from sandbox.charthop.switches import OrgSwitches


class Org(OrgMoves, OrgSwitches):
    """One organization. `jobs`, `persons`, `changes`, `fields` and `groups` are open to look into.

    `fields` holds the custom fields by code; `changes` the hires that were not cancelled.
    `timezone` may be set to any IANA name, `currencies` to any codes, the primary one first.
    """
