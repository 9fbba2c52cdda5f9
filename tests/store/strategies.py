"""Values of every kind that hypothesis makes up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Landmark, Plane
from gaitdesk.domain.correction import (
    JointMove,
    MaskClick,
    MaskRun,
    MaskStroke,
    PersonChoice,
    SideSwap,
)
from gaitdesk.domain.evgs import Direction, Reason, Score
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.domain.shapes import Point
from gaitdesk.store.edits import (
    AnalysisFacts,
    EntryId,
    FilmFacts,
    Identity,
    Kind,
    PatientId,
    ReadingId,
    Referrer,
    SessionId,
    Visit,
)
from gaitdesk.store.facts import (
    Amendment,
    Choice,
    Consent,
    ExportFacts,
    ExportForm,
    Giver,
    Holder,
    Leaving,
    Meaning,
    Purpose,
    ReadingFacts,
    Role,
    Said,
    Signature,
)
from tests.report.strategies import (
    backgrounds,
    cells,
    conditions,
    counts,
    numbers,
    patients,
    referrals,
    shares,
    sides,
    texts,
)

days = st.dates()
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
events = st.lists(
    st.builds(GaitEvent, sides, st.sampled_from(EventKind), counts, numbers, shares), max_size=3
).map(tuple)
syncs = st.builds(Sync, counts, counts, numbers, shares, st.sampled_from(SyncSource), numbers)
visits = st.builds(
    Visit.of, texts.map(PatientId), days, patients, conditions, backgrounds, referrals
)
films = st.builds(
    FilmFacts,
    counts,
    texts,
    st.integers(0, 2**50),
    st.sampled_from([Path("films/a.mp4"), Path("/seite ö/前.mov")]),
    st.sampled_from(Plane),
)
analyses = st.builds(
    AnalysisFacts,
    st.just(Path("analyses/x")),
    st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    texts,
    texts,
)
places = st.builds(Point, *2 * [st.floats(-1e4, 1e4)])
frames = st.integers(0, 10**6)
joint_moves = st.builds(
    lambda film, point, place, three: JointMove(film, point, three[1], place, three[0], three[2]),
    frames,
    st.sampled_from(Landmark),
    places,
    st.tuples(frames, frames, frames).map(sorted),
)
side_swaps = st.builds(
    lambda film, two, is_legs_alone: SideSwap(film, *two, is_legs_alone),
    frames,
    st.tuples(frames, frames).map(sorted),
    st.booleans(),
)
strokes = st.builds(
    lambda film, frame, path, radius, is_added, more: MaskStroke(
        film, frame, path, radius, is_added, None if more is None else frame + more
    ),
    frames,
    frames,
    st.lists(places, min_size=1, max_size=4).map(np.array),
    st.floats(0.5, 200.0),
    st.booleans(),
    st.none() | frames,
)
choices = st.builds(PersonChoice, frames, frames, places, st.sampled_from(["", "0f" * 32]))
clicks = st.builds(MaskClick, frames, frames, places, st.booleans())
runs = st.builds(
    lambda film, two, masks, model: MaskRun(film, *two, masks, model),
    frames,
    st.tuples(frames, frames).map(sorted),
    st.just("0f" * 32),
    texts,
)
names = st.text("0123456789abcdef", min_size=1, max_size=8)
said = st.builds(
    Said,
    st.none() | names.map(ReadingId),
    texts,
    st.none() | st.sampled_from(Score),
    st.none() | st.sampled_from(Direction),
    st.none() | st.sampled_from(Reason),
)
signatures = st.builds(
    Signature,
    counts,
    texts,
    texts,
    st.sampled_from(Meaning),
    st.none() | names.map(ReadingId),
    *(names, counts.map(EntryId), names, texts, names, names),
)
identities = st.builds(
    Identity,
    texts,
    st.none() | days,
    texts,
    st.lists(st.builds(Referrer, names.map(SessionId), texts), max_size=2).map(tuple),
)

of_kind: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.CELL: cells,
    Kind.EVENTS: events,
    Kind.SYNC: syncs,
    Kind.JOINT: joint_moves,
    Kind.SWAP: side_swaps,
    Kind.MASK: strokes,
    Kind.PERSON: choices,
    Kind.CLICK: clicks,
    Kind.RUN: runs,
    Kind.COMMENT: texts,
    Kind.VISIT: visits,
    Kind.FILM: films,
    Kind.ANALYSIS: analyses,
    Kind.PATIENT: texts,
    Kind.READING: st.builds(
        ReadingFacts,
        texts,
        st.sampled_from(Role),
        st.booleans(),
        st.booleans(),
        st.lists(names, max_size=2).map(tuple),
    ),
    Kind.CHOICE: st.builds(Choice, st.lists(said, max_size=2).map(tuple), st.booleans()),
    Kind.SIGNATURE: signatures,
    Kind.AMENDMENT: st.builds(Amendment, counts),
    Kind.CONSENT: st.builds(Consent, st.booleans(), days, st.sampled_from(Giver), st.none() | days),
    Kind.RETENTION: days,
    Kind.EXPORT: st.builds(
        ExportFacts,
        st.sampled_from(ExportForm),
        st.sampled_from(Leaving),
        st.sampled_from(Purpose),
        st.lists(names, max_size=2).map(tuple),
    ),
    Kind.KEY: st.builds(Holder, texts, names, st.booleans(), names),
}
values = st.sampled_from(list(Kind)).flatmap(
    lambda kind: st.tuples(st.just(kind), of_kind.get(kind, json_values))
)
