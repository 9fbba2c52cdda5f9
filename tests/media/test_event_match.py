from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.media.event_match import meeting_share, residual_ms

# Steps of a walk that sets off, is uneven, and stops.
CONTACTS_S = np.array([0.5, 1.02, 1.49, 2.08, 2.5, 3.06, 3.6, 4.02])


def walk(
    shift_s: float = 0.0, late_s: float = 0.0, confidence: float = 1.0, rate: float = 1.0
) -> list[GaitEvent]:
    """Contacts by turns and a foot off soon after each, the latter late by a constant."""
    events = []
    for i, time_s in enumerate(CONTACTS_S):
        side = list(Side)[i % 2]
        contact_s, off_s = rate * time_s + shift_s, rate * (time_s + 0.12) + shift_s + late_s
        events.append(GaitEvent(side, EventKind.INITIAL_CONTACT, 0, contact_s, confidence))
        events.append(GaitEvent(side.opposite, EventKind.FOOT_OFF, 0, off_s, confidence))
    return events


def test_all_events_meet_at_the_right_offset_and_fewer_a_stride_away():
    shares = meeting_share(walk(), walk(0.7), np.array([0.7 - 1.04, 0.7, 0.7 + 1.04]))
    assert shares[1] == pytest.approx(1.0)
    assert shares[[0, 2]].max() < 0.8


def test_a_kind_that_is_late_as_a_whole_still_meets():
    (share,) = meeting_share(walk(), walk(0.7, late_s=0.12), np.array([0.7]))
    assert share == pytest.approx(1.0)
    (far,) = meeting_share(walk(), walk(0.7, late_s=0.39), np.array([0.7]))
    assert far < 0.6


def test_doubtful_events_speak_softly():
    (share,) = meeting_share(walk(confidence=0.5), walk(confidence=0.4), np.array([0.0]))
    assert share == pytest.approx(0.2)


def test_without_events_nothing_is_said():
    assert meeting_share([], walk(), np.array([0.0, 1.0])).tolist() == [0.0, 0.0]
    assert meeting_share(walk(), [], np.array([0.0])).tolist() == [0.0]
    assert residual_ms(walk(), [], 0.0) is None


@settings(max_examples=25, deadline=None)
@given(st.floats(-3.0, 3.0), st.floats(-0.15, 0.15), st.floats(0.999, 1.001))
def test_the_rest_is_nothing_where_only_offset_lateness_and_drift_differ(shift_s, late_s, rate):
    rest_ms = residual_ms(walk(), walk(shift_s, late_s, rate=rate), shift_s, rate)
    assert rest_ms == pytest.approx(0.0, abs=0.5)


def test_the_rest_is_how_far_events_scatter():
    second = [
        GaitEvent(e.side, e.kind, 0, e.time_s + 0.03 * (-1) ** (i // 2))
        for i, e in enumerate(walk())
    ]
    assert residual_ms(walk(), second, 0.0) == pytest.approx(30.0, abs=1.0)
