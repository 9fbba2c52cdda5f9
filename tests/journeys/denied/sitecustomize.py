"""Denies the network to the Python it is found by, and to every Python that one starts.

Whoever tries all the same is refused, and the attempt is written down, so that one that was
swallowed is seen as well. Sockets inside the machine stay, as processes talk to their children by
them.
"""

import os
import socket
import traceback

_INSIDE = getattr(socket, "AF_UNIX", None)
_OPENED = socket.socket


def _refuse(what: object) -> None:
    with open(os.environ["GAITDESK_TEST_ATTEMPTS"], "a", encoding="utf-8") as notes:  # noqa: PTH123
        notes.write(f"{what}\n{''.join(traceback.format_stack(limit=12))}\n")
    raise OSError("there is no network here")


class _Denied(_OPENED):
    def __init__(self, family: int = -1, *given: object, **named: object) -> None:
        if _INSIDE is None or family != _INSIDE:
            _refuse(f"socket of family {family}")
        super().__init__(family, *given, **named)  # type: ignore[arg-type]


def _no_name(*asked: object, **_: object) -> None:
    _refuse(f"name {asked}")


socket.socket = _Denied  # type: ignore[misc]
socket.getaddrinfo = socket.gethostbyname = _no_name  # type: ignore[assignment]
