"""The catalogues are complete, and nothing is said to people past them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gaitdesk.i18n import LANGUAGES
from tests import translations
from tests.translations import ROOT, forms

CHINESE = re.compile("[\u3400-\u9fff]")
SLOT = re.compile(r"\{\w+[^}]*\}|%n|%\(\w+\)\w|%[sr]")
SAME_IN_CHINESE = re.compile(r"(EVGS|SHA-256|GaitDesk|GVS|MCID|Kappa|cm|kg|MB|Esc|\W|\d)*")
"""Names, units and signs: what may read the same in both languages."""

SHOWN = {
    "QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QGroupBox", "QToolButton", "QAction",
    "QMenu", "addAction", "addMenu", "addTab", "addItem", "addItems", "addRow", "addButton",
    "setText", "setTitle", "setToolTip", "setStatusTip", "setWhatsThis", "setWindowTitle",
    "setPlaceholderText", "setAccessibleName", "setAccessibleDescription", "setTabText",
    "setSuffix", "setPrefix", "setSpecialValueText", "showMessage", "setLabelText",
    "setInformativeText", "setHeaderLabels", "setHorizontalHeaderLabels", "say", "information",
    "warning", "critical", "question",
}  # fmt: skip
"""Calls in `ui` whose words are read by people."""

WORDS = re.compile(r"[A-Za-z]{2,}")
NOT_WORDS = re.compile(
    r"</?\w+[^>]*>|#[0-9A-Fa-f]{6}|&\w+;|GaitDesk|CSV|PDF|Ctrl|Shift|Alt|Esc|Enter|Space|Tab|Home|End|F\d+"
)
"""Markup, names, and what stands on keys."""


@pytest.fixture(scope="module", params=LANGUAGES)
def held(request):
    return request.param, translations.catalogue(request.param)


def test_every_text_is_one_literal():
    loose = ["{}:{}".format(*one.place) for one in translations.all_said() if one.text is None]
    assert loose == []


def test_every_text_is_translated_and_no_entry_is_stale(held):
    language, there = held
    said = {(m.id, m.context) for m in translations.refreshed(language) if m.id}
    assert {(m.id, m.context) for m in there if m.id} == said
    assert [m.id for m in translations.untranslated(there)] == []
    assert [m.id for m in there if m.id and m.fuzzy] == []


def test_values_stand_in_the_translation_as_in_the_text(held):
    for message in held[1]:
        if not message.id:
            continue
        text = message.id[0] if message.pluralizable else message.id
        for form in forms(message):
            wanted = sorted(SLOT.findall(text))
            # "its last frame" may do without the number one.
            spared = [slot for slot in wanted if slot != "%n"]
            assert sorted(SLOT.findall(form)) in (wanted, spared), text


def test_white_space_at_the_ends_is_kept(held):
    for message in held[1]:
        text = message.id[0] if message.pluralizable else message.id
        for form in forms(message) if text else ():
            assert (text[-1:] == "\n") == (form[-1:] == "\n"), text


def test_what_the_program_reads_is_made_from_what_translators_write(held):
    language, there = held
    path = translations.FOLDER / language / "LC_MESSAGES" / "gaitdesk.mo"
    assert path.read_bytes() == translations.compiled(there)


def test_chinese_is_chinese():
    left = []
    for message in translations.catalogue("zh_CN"):
        for form in forms(message) if message.id else ():
            plain = SLOT.sub("", form)
            if not CHINESE.search(plain) and not SAME_IN_CHINESE.fullmatch(plain):
                left.append(form)
    assert left == []


def test_chinese_has_chinese_punctuation():
    half = re.compile(r"[\u4e00-\u9fff}][,;:?!]|[,;?!][\u4e00-\u9fff]")
    left = [
        form
        for message in translations.catalogue("zh_CN")
        for form in forms(message)
        if message.id and half.search(form.split(";;")[0])
    ]
    assert left == []


def test_what_is_kept_with_a_record_is_said_in_no_reader_s_language():
    spoken = []
    for path in sorted((ROOT / "gaitdesk").rglob("*.py")):
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(part, ast.FunctionDef):
                spoken += [f"{path.name}:{line}" for line in _spoken_into_records(part)]
    assert spoken == []


RECORDING = {"Edit", "new_correction", "import_sheet"}


def _spoken_into_records(function: ast.FunctionDef) -> list[int]:
    """Lines in which `tr`, or a name it was given to, becomes the text of an entry."""

    def is_spoken(node: ast.AST) -> bool:
        return any(isinstance(one, ast.Call) and _name(one) == "tr" for one in ast.walk(node))

    names = {
        target.id
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and is_spoken(one.value)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return [
        call.lineno
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _name(call) in RECORDING
        for given in call.args
        if is_spoken(given) or (isinstance(given, ast.Name) and given.id in names)
    ]


def _untranslated(tree: ast.AST, calls: set[str]) -> list[tuple[int, str]]:
    """Words in the arguments of calls, outside `tr`, `noted` and logging."""
    found = []

    def note(line: int, words: str) -> None:
        if WORDS.search(NOT_WORDS.sub("", words)):
            found.append((line, words))

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.Call) and _name(node) in ("tr", "noted", "retold"):
            return
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "0" for one in node.values]
            note(node.lineno, "".join(map(str, parts)))
            for one in node.values:
                if isinstance(one, ast.FormattedValue):
                    look(one.value)
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            note(node.lineno, node.value)
            return
        if isinstance(node, ast.Call):
            # What a function is given is not what it says.
            for one in (node.func,) if isinstance(node.func, ast.Attribute) else ():
                look(one.value)
            return
        if isinstance(node, ast.Subscript | ast.Compare):
            return
        for child in ast.iter_child_nodes(node):
            look(child)

    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in calls:
            for one in node.args[: 1 if _name(node) == "say" else None]:
                look(one)
    return found


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        # What is logged is for developers.
        return "" if ast.unparse(function.value).endswith(("logger", "_log")) else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _sources(*folders: str) -> list[Path]:
    return sorted(path for one in folders for path in (ROOT / "gaitdesk" / one).rglob("*.py"))


def test_nothing_is_shown_in_the_window_past_the_catalogues():
    left = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in _sources("ui")
        for line, words in _untranslated(ast.parse(path.read_text("utf-8")), SHOWN)
    ]
    assert left == []


def test_nothing_is_printed_past_the_catalogues():
    tree = ast.parse((ROOT / "gaitdesk" / "cli.py").read_text("utf-8"))
    assert _untranslated(tree, {"print", "add_argument_group"}) == []
    helps = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("help", "description", "epilog", "title")
    ]
    assert [one.value for one in helps if isinstance(one, ast.Constant)] == []


def test_what_a_clinician_can_mend_is_said_in_their_language():
    left = []
    for path in _sources("domain"):
        tree = ast.parse(path.read_text("utf-8"))
        for kind in (one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)):
            if any("Error" in ast.unparse(base) for base in kind.bases):
                left += _untranslated(kind, {"__init__"})
    assert left == []
