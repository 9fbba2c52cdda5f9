from __future__ import annotations

import sys

import pytest

from gaitdesk.jobs.native import NativeLibrary, install_command
from installers import system
from installers.errors import InstallFailed

GL = NativeLibrary("libGL.so.1", "libgl1")
VENV = f"python3.{sys.version_info.minor}-venv"


@pytest.fixture
def computer(monkeypatch):
    """A pretended computer: its commands, its user, what it lacks, and what apt was asked."""

    class Computer:
        commands: tuple[str, ...] = ("apt-get", "sudo")
        user = 0
        lacking = ((GL,), (VENV,))
        calls: list[list[str]]
        failures = 0

        def run(self, command, **options):
            self.calls.append(list(command))
            failed = self.failures > 0
            self.failures -= 1
            if "update" not in command and not failed:
                self.lacking = ((), ())
            return system.subprocess.CompletedProcess(command, int(failed), "", "E: no")

    made = Computer()
    made.calls = []

    def which(name):
        return name if name in made.commands else None

    monkeypatch.setattr("shutil.which", which)
    monkeypatch.setattr(system.os, "geteuid", lambda: made.user, raising=False)
    monkeypatch.setattr(system.subprocess, "run", made.run)
    monkeypatch.setattr(system, "lacking", lambda needs_venv, needs_window: made.lacking)
    return made


def test_nothing_is_run_where_nothing_is_missing(computer):
    computer.lacking = ((), ())
    system.provide(needs_venv=True)
    assert computer.calls == []


def test_root_on_debian_gets_just_the_missing_packages(computer):
    system.provide(needs_venv=True)
    assert len(computer.calls) == 1
    assert computer.calls[0][-2:] == [VENV, "libgl1"]


def test_a_system_without_package_lists_gets_them_first(computer):
    computer.failures = 1
    system.provide(needs_venv=True)
    assert [("update" in call) for call in computer.calls] == [False, True, False]


def test_where_apt_fails_the_command_is_told(computer):
    computer.failures = 3
    with pytest.raises(InstallFailed, match=f"apt-get install .*{VENV} libgl1"):
        system.provide(needs_venv=True)


def test_who_is_not_root_is_told_the_command_and_nothing_is_run(computer):
    computer.user = 1000
    with pytest.raises(InstallFailed) as told:
        system.provide(needs_venv=True)
    command = f"sudo apt-get install -y --no-install-recommends {VENV} libgl1"
    assert command in str(told.value).splitlines()[2]
    assert computer.calls == []


@pytest.mark.parametrize("manager", ["dnf", "zypper"])
def test_rpm_systems_are_asked_for_the_library_by_name(computer, manager):
    computer.commands = (manager,)
    assert install_command((GL,)) == (manager, "install", "-y", "libGL.so.1()(64bit)")


def test_an_unknown_system_is_told_what_is_missing(computer):
    computer.commands = ()
    with pytest.raises(InstallFailed, match=r"lacks: .*libGL\.so\.1"):
        system.provide(needs_venv=True)


def test_programs_for_the_tests_are_installed_by_root_and_missing_ones_stop_nothing(computer):
    system.offer_tools({"checker": "checker-tools", "sudo": "sudo"})
    assert [call[-1] for call in computer.calls] == ["checker-tools"]
    computer.failures = 9
    system.offer_tools({"checker": "checker-tools"})
    before = len(computer.calls)
    computer.user = 1000
    system.offer_tools({"checker": "checker-tools"})
    assert len(computer.calls) == before
