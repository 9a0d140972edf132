"""Every reason that an operator can meet, by name: `reasons.NO_TITLE()` makes the note of one.

`docs/operations.md` is made from this list, and a test fails when the page and the list disagree.
"""

from core.reasons.brakes import *  # noqa: F403
from core.reasons.drift import *  # noqa: F403
from core.reasons.fields import *  # noqa: F403
from core.reasons.hires import *  # noqa: F403
from core.reasons.jobs import *  # noqa: F403
from core.reasons.world import *  # noqa: F403
