"""Reads side by side: each once, in their order, and none left under way."""

import threading
import time

import pytest

from tasks.together import Readers, Together, one_after_another

BOTH = pytest.mark.parametrize(
    "together", [one_after_another, Readers(4)], ids=["alone", "readers"]
)


@BOTH
def test_what_reads_give_comes_in_their_order(together: Together) -> None:
    def slow() -> int:
        time.sleep(0.02)
        return 1

    assert together(slow, lambda: 2, lambda: 3) == [1, 2, 3]


def test_readers_read_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=10)

    assert sorted(Readers(2)(meeting.wait, meeting.wait, meeting.wait)) == [0, 1, 2]


def test_a_read_that_no_reader_is_free_for_is_done_by_the_task_itself() -> None:
    readers, begun, over = Readers(1), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        over.wait()

    busy = threading.Thread(target=readers, args=(lambda: None, slow))
    busy.start()
    begun.wait()
    try:
        me = threading.current_thread()
        assert readers(threading.current_thread, threading.current_thread) == [me, me]
        # Nothing was put into a queue and taken back: that costs a third of a call.
        assert readers(readers._pool._work_queue.qsize, lambda: 1) == [0, 1]
    finally:
        over.set()
        busy.join()


@BOTH
def test_an_error_is_raised_and_leaves_no_read_under_way(together: Together) -> None:
    ended: list[str] = []

    def slow() -> None:
        time.sleep(0.05)
        ended.append("slow")

    def fails() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        together(fails, slow)
    before = list(ended)
    time.sleep(0.1)

    assert ended == before
