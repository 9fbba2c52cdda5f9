from __future__ import annotations

import pytest

from installers import network
from installers.network import CPU_INDEX, has_nvidia_driver, torch_choices


def test_linux_without_a_card_can_only_get_the_cpu_build():
    for choice in torch_choices("linux", has_driver=False):
        assert choice[-1] == "torch==2.13.0+cpu"
    assert CPU_INDEX in torch_choices("linux", has_driver=False)[-1]


@pytest.mark.parametrize(
    ("platform", "has_driver"), [("linux", True), ("win32", False), ("darwin", False)]
)
def test_elsewhere_the_index_has_the_right_build_under_the_plain_name(platform, has_driver):
    assert torch_choices(platform, has_driver) == (("torch==2.13.0",),)


class Driver:
    """NVIDIA's library with a given number of cards."""

    def __init__(self, cards: int, status: int = 0) -> None:
        self.cards, self.status = cards, status

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return self.status

    def cuDeviceGetCount(self, count) -> int:  # noqa: N802
        count._obj.value = self.cards
        return 0


@pytest.mark.parametrize(
    ("driver", "answer"),
    [(Driver(1), True), (Driver(0), False), (Driver(1, status=100), False), (object(), False)],
)
def test_a_driver_counts_only_with_a_card_it_can_use(monkeypatch, driver, answer):
    monkeypatch.setattr(network.ctypes, "CDLL", lambda name: driver)
    assert has_nvidia_driver() is answer


def test_no_library_means_no_driver(monkeypatch):
    def absent(name):
        raise OSError(name)

    monkeypatch.setattr(network.ctypes, "CDLL", absent)
    assert has_nvidia_driver() is False
