"""`gaitdesk models`: files get onto a machine without a network, and wrong ones do not."""

from __future__ import annotations

import pytest

from gaitdesk import cli
from gaitdesk.jobs import eyes
from gaitdesk.perception import package as packages
from tests.perception.test_parcels import CONTENT, DESCRIPTION, STATED, parcel


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A desk of its own, with one known model whose files are not there."""
    shipped = tmp_path / "shipped"
    (shipped / "tiny").mkdir(parents=True)
    asked = DESCRIPTION.replace("found_at", 'acceptance = "Not for sale."\nfound_at')
    (shipped / "tiny" / "package.toml").write_text(asked)
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path / "data"))
    for place in (packages, eyes):
        monkeypatch.setattr(place, "model_folders", lambda: (tmp_path / "data" / "models", shipped))
    return tmp_path / "data"


def test_a_model_is_brought_accepted_checked_packed_and_carried_on(tmp_path, data, capsys):
    assert cli.main(["models", "list"]) == 0
    said = capsys.readouterr().out
    assert "tiny.safetensors is not here. Get it from the publisher's page" in said
    assert "models accept tiny" in said
    bare = tmp_path / "downloads"
    bare.mkdir()
    (bare / "tiny.safetensors").write_bytes(CONTENT)
    assert cli.main(["models", "import", str(bare), "--as", "tiny"]) == 0
    assert "tiny 1 is here now" in capsys.readouterr().out
    assert cli.main(["models", "accept", "tiny", "--by", "Dr Lee"]) == 0
    said = capsys.readouterr().out
    assert "Not for sale." in said
    assert "The whole licence: the publisher's page" in said
    assert "accepted by Dr Lee" in said
    assert cli.main(["models", "check"]) == 0
    assert cli.main(["models", "pack", "tiny", "--out", str(tmp_path / "tiny.zip")]) == 0
    assert cli.main(["models", "import", str(tmp_path / "tiny.zip")]) == 0
    (data / "models" / "tiny" / "weights" / "tiny.safetensors").write_bytes(CONTENT[::-1])
    capsys.readouterr()
    assert cli.main(["models", "check"]) == 1
    assert "not the file that was published" in capsys.readouterr().out
    (data / "models" / "tiny" / "weights" / "tiny.safetensors").write_bytes(CONTENT[:-1])
    assert cli.main(["models", "check"]) == 1
    assert f"has {len(CONTENT) - 1} bytes instead of {len(CONTENT)}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["models", "import", "nowhere"], 1, "neither a folder nor a ZIP file"),
        (["models", "check", "nothing"], 1, "nothing/package.toml"),
        (["models", "pack", "tiny", "--out", "tiny.tar"], 2, "ZIP file, as in"),
        (["models", "pack", "tiny", "--out", "tiny.zip"], 1, "is not here"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(data, capsys, words, code, said):
    assert cli.main(words) == code
    assert said in capsys.readouterr().err


def test_a_wrong_package_is_not_taken_in(tmp_path, data, capsys):
    wrong = parcel(tmp_path / "wrong", content=CONTENT[::-1], description=DESCRIPTION + STATED)
    assert cli.main(["models", "import", str(wrong)]) == 1
    assert "Nothing was taken in" in capsys.readouterr().err
    assert not (data / "models" / "tiny").exists()
