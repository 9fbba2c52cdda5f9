"""What goes into the journal comes out of it the same."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from gaitdesk.domain.coding import FormInvalid, encode
from gaitdesk.domain.evgs import Score
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.store.edits import Kind, PatientId
from gaitdesk.store.forms import canonical_json, from_text, to_text
from gaitdesk.store.identities import sealed
from gaitdesk.store.journal import Row, digest
from gaitdesk.store.vault import Vault, new_names_key
from tests.store.made import prefilled, proposal
from tests.store.strategies import identities, values

RANGE = {"first_frame": 2, "last_frame": 6}
STROKE = {"film": 0, "frame": 3, "path_px": [[1, 2]], "radius_px": 4.0, "is_added": True}


@settings(max_examples=25, deadline=None)
@given(values)
def test_a_value_of_every_kind_comes_back(made):
    kind, value = made
    text = to_text(kind, value)
    again = from_text(kind, text)
    assert type(again) is type(value)
    # By their words: a number that is missing (NaN) is not equal to itself.
    assert again == value or repr(again) == repr(value)
    assert to_text(kind, again) == text


def test_no_value_is_no_text():
    for kind in Kind:
        assert to_text(kind, None) is None
        assert from_text(kind, None) is None


def test_equal_values_have_one_text_whatever_the_numbers_were_typed_as():
    cell = next(iter(prefilled().cells.values()))
    texts = {
        to_text(
            Kind.CELL,
            replace(cell, proposed=(replace(proposal(), measure=Measure(of, Unit.DEGREE, 3.0)),)),
        )
        for of in (12, 12.0, np.float64(12))
    }
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.CELL, "2"),
        (Kind.CELL, Score.MARKED),
        (Kind.EVENTS, GaitEvent("left", EventKind.FOOT_OFF, 1, 0.1)),
        (Kind.COMMENT, 7),
        (Kind.VISIT, ("C-1", "2026-03-04")),
    ],
)
def test_a_value_of_another_form_is_not_kept(kind, value):
    with pytest.raises((FormInvalid, TypeError)):
        to_text(kind, value)


def test_what_json_lacks_is_not_kept():
    with pytest.raises(ValueError, match="JSON"):
        to_text(Kind.NOTE, {"x": float("nan")})
    with pytest.raises(TypeError):
        to_text(Kind.NOTE, {"x": object()})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.JOINT, {}),
        (Kind.JOINT, {"film": 0, "point": 99, "frame": 3, "place_px": [1, 2], **RANGE}),
        (Kind.JOINT, {"film": 0, "point": 13, "frame": 8, "place_px": [1, 2], **RANGE}),
        (Kind.JOINT, {"film": 0, "point": 13, "frame": 3, "place_px": [1, None], **RANGE}),
        (Kind.JOINT, {"film": 0, "point": 13, "frame": 3, "place_px": [10**400, 2], **RANGE}),
        (Kind.JOINT, {"film": -1, "point": 13, "frame": 3, "place_px": [1, 2], **RANGE}),
        (Kind.SWAP, {"film": 0, "first_frame": 6, "last_frame": 2}),
        (Kind.SWAP, {"film": 0, "first_frame": "2", "last_frame": 6}),
        (Kind.MASK, {**STROKE, "path_px": []}),
        (Kind.MASK, {**STROKE, "path_px": [[1, 2], [3]]}),
        (Kind.MASK, {**STROKE, "path_px": [[1, 10**400]]}),
        (Kind.MASK, {**STROKE, "path_px": [[1, 2, 3]]}),
        (Kind.MASK, {**STROKE, "radius_px": 0}),
        (Kind.PERSON, {"film": 0, "frame": -3, "place_px": [1, 2]}),
        (Kind.CLICK, {"film": 0, "frame": 3, "place_px": [1, None], "is_patient": True}),
        (Kind.CLICK, {"film": 0, "frame": 3, "place_px": [1, 2]}),
        (Kind.RUN, {"film": 0, "first_frame": 6, "last_frame": 2, "masks": "0f"}),
        (Kind.RUN, {"film": 0, "first_frame": 2, "last_frame": 6, "masks": ""}),
        (Kind.PERSON, {"film": 0, "frame": 3, "place_px": "there"}),
    ],
)
def test_a_correction_that_cannot_be_is_told_and_never_put_on(kind, value):
    with pytest.raises(FormInvalid):
        from_text(kind, json.dumps(value))


def test_a_text_of_another_form_is_told():
    for kind, text in ((Kind.CELL, "{}"), (Kind.CELL, "{"), (Kind.EVENTS, '"x"')):
        with pytest.raises(FormInvalid):
            from_text(kind, text)


@settings(max_examples=10, deadline=None)
@given(identities)
def test_an_identity_comes_back(identity):
    vault = Vault()
    vault.take(new_names_key(), "Rater A")
    held = json.loads(vault.open(sealed(PatientId("p"), identity, vault).content))
    assert held["identity"] == encode(identity)
    assert (held["patient"], len(held["salt"])) == ("p", 32)


def test_the_hash_of_an_entry_is_for_ever():
    # Stores in clinics hold hashes of this form: a change here would call them all damaged.
    row = Row(
        1, "s", "A", "2026-03-04T05:06:07.000008+00:00", "edit", "comment", "", 1, None, "Write",
        None, canonical_json("naïve 前"), "", 1, "0" * 64, "",
    )  # fmt: skip
    assert digest(row) == "f5be5b35343092fc9e6ab89df1944f2475f109416f78e837cc2378978e7bc671"
    assert digest(row._replace(hash="x")) == digest(row)
    assert digest(row._replace(old="null")) != digest(row)
    assert digest(row._replace(old="")) != digest(row)
