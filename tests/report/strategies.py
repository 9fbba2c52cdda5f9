"""Analyses that hypothesis makes up: small, odd, and valid."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.anatomy import LANDMARK_COUNT, Plane, Side
from gaitdesk.domain.background import (
    Background,
    Fms,
    Gmfcs,
    Referral,
    Sides,
    Topography,
    Treatment,
    TreatmentKind,
)
from gaitdesk.domain.evgs import (
    Direction,
    Evidence,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.domain.gait import (
    AngleTrack,
    CycleCurve,
    EventKind,
    GaitCycle,
    GaitEvent,
    Parameter,
    Pass,
    Spatiotemporal,
    Variable,
    VariableScore,
)
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions, Patient, Sex
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, SyncSource, Video, View

texts = st.text(st.characters(codec="utf-8"), max_size=12)
numbers = st.floats(-1e6, 1e6)
numbers_or_missing = st.one_of(numbers, st.just(float("nan")))
shares = st.floats(0, 1)
counts = st.integers(0, 1000)
measures = st.builds(Measure, numbers_or_missing, st.sampled_from(Unit), numbers_or_missing)
evidence = st.builds(Evidence, counts, counts, numbers)


@st.composite
def proposals(draw) -> Proposal:
    state = draw(st.sampled_from(State))
    is_scored = state is State.SCORED
    return Proposal(
        origin=draw(st.sampled_from(Origin)),
        reader=draw(texts),
        state=state,
        score=draw(st.sampled_from(Score)) if is_scored or draw(st.booleans()) else None,
        direction=draw(st.sampled_from(Direction)) if is_scored else None,
        reason=None if is_scored else draw(st.sampled_from(Reason)),
        measure=draw(st.none() | measures),
        evidence=draw(st.none() | evidence),
        confidence=draw(shares),
        cycles=draw(counts),
        note=draw(texts),
        atypical=draw(st.none() | shares),
        spread=draw(st.none() | shares),
    )


cells = st.builds(
    ItemScore,
    state=st.sampled_from(State),
    origin=st.sampled_from(Origin),
    score=st.none() | st.sampled_from(Score),
    direction=st.none() | st.sampled_from(Direction),
    reason=st.none() | st.sampled_from(Reason),
    proposed=st.lists(proposals(), max_size=2).map(tuple),
    is_confirmed=st.booleans(),
    comment=texts,
)

sheets = st.dictionaries(
    st.tuples(st.sampled_from(Side), st.sampled_from(Item)), cells, max_size=4
).map(lambda held: Scoresheet(MappingProxyType(held)))


@st.composite
def masks(draw, height: int, width: int) -> FrameMask | None:
    bits = draw(hnp.arrays(np.bool_, (height, width)))
    return FrameMask.of(bits)


@st.composite
def films(draw) -> FilmAnalysis:
    frames = draw(st.integers(1, 4))
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    video = Video(
        path=Path("films") / f"{draw(st.sampled_from(['a', 'seite ö', '前']))}.mp4",
        times_s=np.cumsum([draw(st.floats(0.001, 1)) for _ in range(frames)]),
        width=width,
        height=height,
        rotation_deg=draw(st.sampled_from([0, 90, 180, 270])),
        is_mirrored=draw(st.booleans()),
        codec=draw(texts),
        start_s=draw(numbers),
        recorded_at=draw(texts),
        sha256=draw(texts),
    )
    points = draw(hnp.arrays(np.float64, (frames, LANDMARK_COUNT, 2), elements=numbers))
    scores = draw(hnp.arrays(np.float64, (frames, LANDMARK_COUNT), elements=shares))
    is_missing = draw(hnp.arrays(np.bool_, (frames, LANDMARK_COUNT)))
    points[is_missing] = np.nan
    scores[is_missing] = 0
    mask = MaskTrack(width, height, tuple(draw(masks(height, width)) for _ in range(frames)))
    values = hnp.arrays(np.float64, frames, elements=numbers_or_missing)
    return FilmAnalysis(
        video=video,
        plane=draw(st.sampled_from(Plane)),
        pose=PoseTrack(points, scores),
        mask=draw(st.sampled_from([None, mask])),
        people=draw(counts),
        passes=draw(
            st.lists(
                st.builds(
                    Pass, st.sampled_from(View), counts, counts, st.sampled_from([-1, 0, 1]), shares
                ),
                max_size=2,
            ).map(tuple)
        ),
        events=draw(
            st.lists(
                st.builds(
                    GaitEvent,
                    st.sampled_from(Side),
                    st.sampled_from(EventKind),
                    counts,
                    numbers,
                    shares,
                ),
                max_size=2,
            ).map(tuple)
        ),
        angles=draw(
            st.lists(
                st.builds(
                    AngleTrack,
                    st.sampled_from(Variable),
                    st.sampled_from(Side),
                    values,
                    st.booleans(),
                ),
                max_size=2,
            ).map(tuple)
        ),
        notes=draw(st.lists(texts, max_size=2).map(tuple)),
    )


def _several(one: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(one, max_size=2).map(tuple)


percent_arrays = hnp.arrays(
    np.float64, 101, elements=st.just(1.5) | numbers_or_missing, fill=st.just(0.5)
)
maybe = st.none() | numbers
sides = st.sampled_from(Side)

some_day = st.none() | st.dates()
lengths = st.none() | st.floats(0.15, 1.3)
patients = st.builds(
    Patient,
    texts,
    maybe,
    maybe,
    st.none() | st.sampled_from(Sex),
    st.none() | st.floats(1, 250),
    lengths,
    lengths,
    some_day,
)
conditions = st.builds(Conditions, *7 * [texts])
partial_days = st.just("") | st.dates(date(1900, 1, 1), date(2099, 12, 31)).flatmap(
    lambda day: st.sampled_from([f"{day}", f"{day}"[:7], f"{day}"[:4]])
)
backgrounds = st.builds(
    Background,
    texts,
    st.none() | st.sampled_from(Topography),
    st.none() | st.sampled_from(Gmfcs),
    *3 * [st.none() | st.sampled_from(Fms)],
    _several(
        st.builds(
            Treatment,
            st.sampled_from(TreatmentKind),
            texts,
            st.none() | st.sampled_from(Sides),
            partial_days,
        )
    ),
)
referrals = st.builds(Referral, texts, some_day)

analyses = st.builds(
    Analysis,
    patient=patients,
    films=_several(films()),
    conditions=conditions,
    background=backgrounds,
    referral=referrals,
    narrative=st.builds(Narrative, *4 * [texts]),
    sync=_several(
        st.builds(
            Sync,
            counts,
            counts,
            numbers,
            shares,
            st.sampled_from(SyncSource),
            numbers,
            maybe,
            maybe,
            maybe,
        )
    ),
    cycles=_several(
        st.builds(
            GaitCycle, sides, counts, numbers, numbers, maybe, maybe, maybe, shares, maybe, maybe
        )
    ),
    curves=_several(
        st.builds(
            CycleCurve,
            st.sampled_from(Variable),
            sides,
            percent_arrays,
            percent_arrays,
            counts,
            numbers_or_missing,
            numbers_or_missing,
            numbers_or_missing,
        )
    ),
    spatiotemporal=_several(
        st.builds(Spatiotemporal, st.sampled_from(Parameter), st.none() | sides, measures)
    ),
    variable_scores=_several(
        st.builds(VariableScore, st.sampled_from(Variable), sides, numbers_or_missing)
    ),
    scoresheet=sheets,
    provenance=st.builds(Provenance, texts, _several(texts), texts, texts, numbers),
)
