"""An evaluation as a table for people, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.coding import encode
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import after_gap, before_gap, percent, retold, tr
from gaitdesk.learning.comparison import Comparison, ItemComparison, Verdict
from gaitdesk.learning.intervals import Estimate
from gaitdesk.learning.published import SOURCE, published_rows
from gaitdesk.learning.results import Evaluation, Metric, ReaderResult, Row

FORM = 1


def evaluation_json(evaluation: Evaluation, comparison: Comparison | None = None) -> Any:
    """An evaluation as JSON values, the published rows beside it as context."""
    return {
        "schema": "gaitdesk-evaluation",
        "schema_version": FORM,
        "part": evaluation.part,
        "patients": evaluation.patients,
        "cases": evaluation.cases,
        "readers": [_reader(one) for one in evaluation.results],
        "comparison": None if comparison is None else encode(comparison),
        "published": {
            "source": SOURCE,
            "note": "Other children, typical and atypical in like numbers; not to be compared.",
            "rows": [encode(one) for one in published_rows()],
        },
    }


def _reader(result: ReaderResult) -> Any:
    return {
        "reader": result.reader,
        "mean": _row(result.mean),
        "rows": [_row(one) for one in result.rows],
        "calibration": [encode(one) for one in result.bins],
        "ece": encode(result.ece),
        "brier": encode(result.brier),
        "abstain": [encode(one) for one in result.cuts],
    }


def _row(row: Row) -> Any:
    return {
        "item": None if row.item is None else row.item.value,
        "side": None if row.side is None else row.side.value,
        "asked": row.asked,
        "answered": row.answered,
        "atypical": row.atypical,
        "confusion": [[row.passes, row.false_alarms], [row.misses, row.hits]],
        **{name: encode(value) for name, value in row.values},
    }


def evaluation_csv(evaluation: Evaluation) -> str:
    """All numbers, one a line."""
    head = "reader,item,side,asked,answered,atypical,metric,value,low,high"
    lines = [head.split(",")]
    for result in evaluation.results:
        for row in (result.mean, *result.rows):
            place = [
                result.reader,
                "mean" if row.item is None else row.item.value,
                "both" if row.side is None else row.side.value,
                str(row.asked),
                str(row.answered),
                str(row.atypical),
            ]
            lines += [[*place, name, *map(_plain, _parts(one))] for name, one in row.values]
    for published in published_rows():
        for item in Item:
            place = [f"published: {published.method}", item.value, published.side.value, "", "", ""]
            lines.append([*place, Metric.ACCURACY.value, _plain(published.of(item)), "", ""])
    return _csv(lines)


def confusion_csv(evaluation: Evaluation) -> str:
    """What was said of how many limbs of either kind."""
    head = "reader,item,side,typical_as_typical,typical_as_atypical,atypical_as_typical"
    lines = [[*head.split(","), "atypical_as_atypical"]]
    for result in evaluation.results:
        for row in result.rows:
            counts = (row.passes, row.false_alarms, row.misses, row.hits)
            place = [result.reader, row.item.value if row.item else "", row.side or "both"]
            lines.append([*place, *map(str, counts)])
    return _csv(lines)


def curves_csv(evaluation: Evaluation) -> str:
    """Calibration curve and curve of answers given, of every reader that gives chances."""
    lines = [["reader", "curve", "from", "to", "count", "x", "y"]]
    for result in evaluation.results:
        for one in result.bins:
            place = [_plain(one.low), _plain(one.high), str(one.count)]
            lines.append(
                [result.reader, "calibration", *place, _plain(one.chance), _plain(one.atypical)]
            )
        for cut in result.cuts:
            place = [_plain(cut.sure_from), "1", ""]
            lines.append(
                [result.reader, "abstain", *place, _plain(cut.coverage), _plain(cut.accuracy)]
            )
    return _csv(lines)


def _parts(one: Estimate) -> tuple[float, float, float]:
    return one.value, one.low, one.high


def _plain(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4f}".rstrip("0").rstrip(".")


def _csv(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def evaluation_lines(evaluation: Evaluation) -> list[str]:
    """What a terminal shows of an evaluation."""
    told = [
        tr("{patients} patients, {cases} visits").format(
            patients=evaluation.patients, cases=evaluation.cases
        )
    ]
    for result in evaluation.results:
        told += ["", result.reader]
        told.append(
            f"{'':6}{'n':>5}{after_gap(tr('answered'), 10)}{after_gap(tr('accuracy'), 10)}"
            f"{after_gap(tr('balanced'), 10)}{'95 %':>15}{'F1':>6}"
            f"{after_gap(tr('sens.'), 7)}{after_gap(tr('spec.'), 7)}{'AUROC':>7}{'κ':>7}"
        )
        for row in (*(one for one in result.rows if one.side is None), result.mean):
            told.append(_line(row))
        if not math.isnan(result.ece):
            told.append(
                tr("Calibration error {ece}, Brier score {brier}").format(
                    ece=_two(result.ece), brier=_two(result.brier)
                )
            )
    return [*told, "", *published_lines()]


def _line(row: Row) -> str:
    balanced = row.value(Metric.BALANCED_ACCURACY)
    name = tr("mean") if row.item is None else row.item.value
    band = f"{_two(balanced.low)}-{_two(balanced.high)}"
    cells = [
        f"{before_gap(name, 6)}{row.asked:>5}{_share(row.coverage):>10}",
        f"{_two(row.value(Metric.ACCURACY).value):>10}{_two(balanced.value):>10}{band:>15}",
    ]
    widths = ((Metric.F1, 6), (Metric.SENSITIVITY, 7), (Metric.SPECIFICITY, 7))
    for metric, width in (*widths, (Metric.AUROC, 7), (Metric.KAPPA, 7)):
        cells.append(f"{_two(row.value(metric).value):>{width}}")
    return "".join(cells)


def published_lines() -> list[str]:
    """What was published elsewhere, of other children."""
    told = [tr("Published elsewhere, of other children; accuracy, left / right:")]
    rows = published_rows()
    for method in dict.fromkeys(one.method for one in rows):
        means = {one.side: one.mean for one in rows if one.method == method}
        told.append(f"  {method:<22}{_two(means[Side.LEFT])} / {_two(means[Side.RIGHT])}")
    return [*told, f"  {retold(SOURCE)}"]


def comparison_lines(comparison: Comparison) -> list[str]:
    """Two networks item by item, for a terminal."""
    told = [
        tr("{new} against {old}: {patients} patients, {cases} visits of the test set").format(
            new=comparison.new,
            old=comparison.old,
            patients=comparison.patients,
            cases=comparison.cases,
        ),
        f"{'':6}{'n':>5}{after_gap(tr('before'), 9)}{after_gap(tr('now'), 7)}"
        f"{after_gap(tr('change'), 8)}{'95 %':>15}",
    ]
    told += [_compared(one) for one in (*comparison.items, comparison.mean)]
    return told


def _compared(one: ItemComparison) -> str:
    words = {
        Verdict.BETTER: tr("better"),
        Verdict.WORSE: tr("worse"),
        Verdict.NOT_TOLD: "",
    }
    name = tr("mean") if one.item is None else one.item.value
    band = f"{one.difference.low:+.2f} {one.difference.high:+.2f}"
    return (
        f"{before_gap(name, 6)}{one.limbs:>5}{_two(one.old):>9}{_two(one.new):>7}"
        f"{one.difference.value:>+8.2f}{band:>15}  {words[one.verdict]}"
    ).rstrip()


def _two(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _share(value: float) -> str:
    return "–" if math.isnan(value) else percent(f"{100 * value:.0f}")
