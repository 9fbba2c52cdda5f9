"""Packages travel between machines whole and checked; what is wrong or hostile stays outside."""

from __future__ import annotations

import hashlib
import pickle
import stat
import zipfile
from pathlib import Path

import pytest

from gaitdesk.domain.errors import DiskFull, ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.perception import package as packages
from gaitdesk.perception.package import read_package
from gaitdesk.perception.parcels import pack, take_in, unsafe
from tests.small_disk import disk_of

CONTENT = (2).to_bytes(8, "little") + b"{}" + bytes(range(256)) * 40
DESCRIPTION = """
name = "tiny"
version = "1"
task = "pose"
licence = "Apache-2.0"
authors = "nobody"
trained_on = "nothing"
input = "a picture"
keypoints = "none"
intended_use = "tests"
limits = []
found_at = "the publisher's page"
[[files]]
name = "tiny.safetensors"
use = "tests"
"""
STATED = f'bytes = {len(CONTENT)}\nsha256 = "{hashlib.sha256(CONTENT).hexdigest()}"\n'


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """An installation that knows the tiny model and has none of its files."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    (shipped / "tiny").mkdir(parents=True)
    (shipped / "tiny" / "package.toml").write_text(DESCRIPTION)
    monkeypatch.setattr(packages, "model_folders", lambda: (own, shipped))
    return own


def parcel(folder: Path, *, description: str = DESCRIPTION + STATED, content=CONTENT) -> Path:
    (folder / "weights").mkdir(parents=True)
    (folder / "package.toml").write_text(description)
    (folder / "LICENSE").write_text("Do as you like.")
    (folder / "weights" / "tiny.safetensors").write_bytes(content)
    return folder


def zipped(folder: Path, path: Path, root: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                archive.write(one, root + one.relative_to(folder).as_posix())
    return path


def entries(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


@pytest.mark.parametrize("how", ["folder", "zip", "zip with a root"])
def test_a_package_is_taken_in_with_its_licence(tmp_path, shelf, how):
    source = parcel(tmp_path / "parcel")
    if how != "folder":
        root = "tiny-1/" if "root" in how else ""
        source = zipped(source, tmp_path / "parcel.zip", root)
    steps = []
    package = finish(take_in(source, folder=shelf), steps.append)
    package.verify()
    assert entries(shelf) == ["tiny/LICENSE", "tiny/package.toml", "tiny/weights/tiny.safetensors"]
    assert steps[-1].done == steps[-1].total == len(CONTENT)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_that_a_model_does_without_is_taken_in_where_it_is_there(tmp_path, shelf, is_there):
    more = DESCRIPTION + '[[files]]\nname = "words.json"\noptional = true\n'
    (tmp_path / "shipped" / "tiny" / "package.toml").write_text(more)
    bare = tmp_path / "downloads"
    bare.mkdir()
    (bare / "tiny.safetensors").write_bytes(CONTENT)
    if is_there:
        (bare / "words.json").write_bytes(b"{}")
    taken = finish(take_in(bare, "tiny", shelf))
    assert taken.is_present
    assert taken.holds("words.json") == is_there
    assert ("words.json" in taken.provenance) == is_there
    taken.verify()
    packed = finish(pack(taken, tmp_path / "tiny.zip"))
    again = finish(take_in(packed, folder=tmp_path / "elsewhere"))
    assert again.holds("words.json") == is_there
    (again.weights / "words.json").write_bytes(b"[]")
    if is_there:
        with pytest.raises(ModelPackageInvalid, match=r"words\.json is not the file"):
            again.verify()
    else:
        # Nobody has stated what it holds: it is not used.
        again.verify()
        assert not again.holds("words.json")


def test_what_is_packed_can_be_taken_in_again(tmp_path, shelf):
    package = finish(take_in(parcel(tmp_path / "parcel"), folder=shelf))
    path = finish(pack(package, tmp_path / "tiny.zip"))
    there = finish(take_in(path, folder=tmp_path / "another machine"))
    there.verify()
    assert there.files == package.files


def test_bare_files_of_a_known_model_get_their_hash_written_down(tmp_path, shelf):
    bare = tmp_path / "downloads"
    bare.mkdir()
    (bare / "tiny.safetensors").write_bytes(CONTENT)
    with pytest.raises(ModelPackageInvalid, match="models import FOLDER --as tiny"):
        packages.find_package("tiny").verify()
    package = finish(take_in(bare, "tiny", shelf))
    package.verify()
    assert package.files[0].sha256 == hashlib.sha256(CONTENT).hexdigest()
    (package.weights / "tiny.safetensors").write_bytes(CONTENT[::-1])
    with pytest.raises(ModelPackageInvalid, match="not the file"):
        read_package(shelf / "tiny").verify()


@pytest.mark.parametrize("source", ["here", "here/models"])
def test_a_folder_is_taken_in_as_sapiens_inferece_leaves_it(tmp_path, shelf, source):
    fetched = tmp_path / "here" / "models"
    fetched.mkdir(parents=True)
    (fetched / "tiny.safetensors").write_bytes(CONTENT)
    (fetched / "another_model.pt2").write_bytes(b"not asked for")
    package = finish(take_in(tmp_path / source, "tiny", shelf))
    package.verify()
    assert entries(shelf) == ["tiny/package.toml", "tiny/weights/tiny.safetensors"]


@pytest.mark.parametrize(
    ("content", "description", "words"),
    [
        (CONTENT[::-1], DESCRIPTION + STATED, "not the file its description states"),
        (CONTENT[:-1], DESCRIPTION + STATED, "not the file its description states"),
        (CONTENT + b"more", DESCRIPTION + STATED, "not the file its description states"),
        (CONTENT, DESCRIPTION, "states no SHA-256"),
        (CONTENT, "name = ", "no usable name"),
        (CONTENT, DESCRIPTION.replace('"tiny"', '"../tiny"') + STATED, "no usable name"),
        (CONTENT, DESCRIPTION.replace("tiny.safe", "../tiny.safe") + STATED, "cannot be used"),
        (CONTENT, DESCRIPTION.replace("tiny.safe", "other.safe") + STATED, "other.*is missing"),
    ],
)
def test_a_wrong_package_is_refused_and_the_one_before_stays(
    tmp_path, shelf, content, description, words
):
    finish(take_in(parcel(tmp_path / "good"), folder=shelf))
    wrong = parcel(tmp_path / "wrong", content=content, description=description)
    for source in (wrong, zipped(wrong, tmp_path / "wrong.zip")):
        with pytest.raises(ModelPackageInvalid, match=rf"(?s){words}.*Nothing was taken in"):
            finish(take_in(source, folder=shelf))
    read_package(shelf / "tiny").verify()
    assert len(entries(shelf)) == 3


@pytest.mark.parametrize("member", ["../evil.txt", "/etc/evil", "weights/../../evil", "C:/evil"])
def test_a_zip_that_points_outside_of_itself_is_refused(tmp_path, shelf, member):
    source = zipped(parcel(tmp_path / "parcel"), tmp_path / "parcel.zip")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr(member, "evil")
    with pytest.raises(ModelPackageInvalid, match="points outside"):
        finish(take_in(source, folder=shelf))
    assert not shelf.exists()


def test_a_link_in_a_zip_is_refused(tmp_path, shelf):
    source = zipped(parcel(tmp_path / "parcel"), tmp_path / "parcel.zip")
    link = zipfile.ZipInfo("weights/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelPackageInvalid, match="points outside"):
        finish(take_in(source, folder=shelf))


def test_a_damaged_zip_and_another_file_are_sentences(tmp_path, shelf):
    source = zipped(parcel(tmp_path / "parcel"), tmp_path / "parcel.zip")
    content = bytearray(source.read_bytes())
    at = content.index(CONTENT[:64])
    content[at : at + 32] = bytes(32)
    source.write_bytes(content)
    with pytest.raises(ModelPackageInvalid, match=r"cannot be read|not the file"):
        finish(take_in(source, folder=shelf))
    source.write_bytes(b"PK not really")
    with pytest.raises(ModelPackageInvalid, match="neither a folder nor a ZIP file"):
        finish(take_in(source, folder=shelf))
    with pytest.raises(ModelPackageInvalid, match="neither a folder nor a ZIP file"):
        finish(take_in(tmp_path / "nowhere", folder=shelf))


def test_files_without_a_description_need_the_name_of_their_model(tmp_path, shelf):
    bare = tmp_path / "downloads"
    bare.mkdir()
    (bare / "tiny.safetensors").write_bytes(CONTENT)
    with pytest.raises(ModelPackageInvalid, match="--as NAME"):
        finish(take_in(bare, folder=shelf))


class Hostile:
    def __reduce__(self):
        return print, ("run",)


def test_pickles_are_never_let_in(tmp_path, shelf, capsys):
    content = pickle.dumps(Hostile())
    stated = f'bytes = {len(content)}\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    hostile = parcel(tmp_path / "hostile", content=content, description=DESCRIPTION + stated)
    with pytest.raises(ModelPackageInvalid, match="pickle"):
        finish(take_in(hostile, folder=shelf))
    assert not shelf.exists() or not entries(shelf)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "members", "words"),
    [
        ("a.pt2", ["a/code/__torch__.py", "a/data.pkl"], ""),
        ("a.pt", ["a/data.pkl", "a/data/0"], "pickle"),
        ("a.pt2", ["a/models/exported_program.json"], "one version of torch"),
        ("a.pth", None, "pickle"),
        ("a.exe", None, "of a kind"),
        ("a.onnx", None, ""),
    ],
)
def test_only_formats_that_run_nothing_are_let_in(tmp_path, name, members, words):
    path = tmp_path / name
    path.write_bytes(b"numbers")
    if members is not None:
        with zipfile.ZipFile(path, "w") as archive:
            for one in members:
                archive.writestr(one, "x")
    found = unsafe(path)
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_full_disk_leaves_nothing_behind(tmp_path, shelf, is_zip):
    source = parcel(tmp_path / "parcel")
    if is_zip:
        source = zipped(source, tmp_path / "parcel.zip")
    with disk_of(8, tmp_path / "full") as full:
        with pytest.raises(DiskFull):
            finish(take_in(source, folder=full / "models"))
        assert not entries(full)


def test_a_job_that_is_closed_leaves_nothing_behind(tmp_path, shelf):
    job = take_in(parcel(tmp_path / "parcel"), folder=shelf)
    next(job)
    job.close()
    assert not list(shelf.iterdir())
