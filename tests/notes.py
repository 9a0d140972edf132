"""Notes for tests that need one of any kind."""

from core.notes import Note, Reason

SAID = Reason("SAID", "{text}", "A test needs a sentence.")


def said(text: str) -> Note:
    """A note that says just that."""
    return SAID(text=text)
