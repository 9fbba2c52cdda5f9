"""Jobs side by side: their results in order, their errors told, and nothing left running."""

from __future__ import annotations

import threading
import time

import pytest

from gaitdesk.domain.progress import Progress, abreast, finish, portion


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def counting(number: int, steps: int, closed: list[int], wait_s: float = 0.002):
    """A job of some steps whose result is its number; notes that it cleaned up."""
    try:
        for step in range(steps):
            time.sleep(wait_s)
            yield Progress(step + 1, steps, f"job {number}")
        return number
    finally:
        closed.append(number)


def failing(after: int, closed: list[int]):
    yield from counting(99, after, closed)
    raise ValueError("broken")


@pytest.mark.parametrize("most", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_results_come_in_the_order_of_the_jobs(count, most):
    closed: list[int] = []
    jobs = [counting(number, 9 - number, closed) for number in range(count)]
    seen: list[Progress] = []
    assert finish(abreast(jobs, most), seen.append) == list(range(count))
    assert sorted(closed) == list(range(count))
    shares = [step.done / step.total for step in seen]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert {step.text for step in seen} == {f"job {number}" for number in range(count)}


def test_two_jobs_really_run_at_once():
    meeting = threading.Barrier(2, timeout=10.0)

    def waiting():
        meeting.wait()
        yield Progress(1, 1, "met")

    assert finish(abreast([waiting(), waiting()])) == [None, None]


def test_an_error_stops_the_others_and_goes_on():
    closed: list[int] = []
    with pytest.raises(ValueError, match="broken"):
        finish(abreast([counting(0, 100_000, closed), failing(3, closed)]))
    assert sorted(closed) == [0, 99]


def test_a_job_that_is_closed_stops_all_of_them():
    closed: list[int] = []
    job = abreast([counting(number, 100_000, closed) for number in range(3)])
    next(job)
    job.close()
    # The third never began, so it had nothing to clean up.
    assert sorted(closed) == [0, 1]


def test_an_error_in_showing_a_step_stops_all_of_them():
    closed: list[int] = []

    def show(step: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(abreast([counting(number, 100_000, closed) for number in range(2)]), show)
    assert sorted(closed) == [0, 1]


def test_a_portion_is_told_in_thousandths_of_the_whole():
    seen: list[Progress] = []
    assert finish(portion(counting(7, 4, []), 200.0, 400.0), seen.append) == 7
    assert [step.done for step in seen] == [300, 400, 500, 600]
    assert {step.total for step in seen} == {1000}


@pytest.mark.parametrize("most", [1, 2])
def test_what_is_found_on_the_way_reaches_whoever_listens(most):
    def finding(number):
        yield Progress(1, 2, "", found=number)

    seen: list[Progress] = []
    finish(portion(abreast([finding(0), finding(1)], most), 0.0, 500.0), seen.append)
    assert sorted(step.found for step in seen if step.found is not None) == [0, 1]
