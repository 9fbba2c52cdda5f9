"""Passphrases and what they open: keys sealed by scrypt and Fernet, signatures by Ed25519.

All of it is the library's, pyca/cryptography; nothing here is a cipher of our own.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

from gaitdesk.domain.refusals import NamesLocked, PassphraseTooShort
from gaitdesk.store.forms import canonical_json

SHORTEST = 8
"""Characters a new passphrase has at least.

Source:
    NIST SP 800-63B (2017), 5.1.1.1.
"""

WORK = 2**17
"""Rounds of scrypt: 128 MB and a good half second for each guess.

Source:
    OWASP Password Storage Cheat Sheet, scrypt, N = 2^17, r = 8, p = 1.
"""

_BLOCK = 8
_MOST_WORK = 2**20
_SALT_BYTES = 16

IDLE_S = 600.0
"""After how long without a hand on the desk names are locked again."""


class WrongKey(ValueError):
    """A passphrase or key that does not open what was sealed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What one holder's passphrase opens.

    Attributes:
        signing: Their Ed25519 key, 32 bytes.
        names: The key of all patients' names, as Fernet takes it; None where they may not see
            names.
    """

    signing: bytes
    names: bytes | None


def new_signing_key() -> bytes:
    """An Ed25519 key, 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def new_names_key() -> bytes:
    """A key for patients' names."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key()


def name_of(key: bytes) -> str:
    """What a key for names is called; it does not tell the key."""
    return hashlib.sha256(b"GaitDesk names" + key).hexdigest()[:16]


def sealed(keys: Keys, passphrase: str, work: int = 0) -> bytes:
    """A holder's keys under their passphrase.

    Args:
        keys: The keys.
        passphrase: What opens them.
        work: Rounds of scrypt; 0 takes `WORK`.

    Raises:
        PassphraseTooShort: It could be guessed.
    """
    from cryptography.fernet import Fernet

    if len(passphrase) < SHORTEST:
        raise PassphraseTooShort(SHORTEST)
    salt = secrets.token_bytes(_SALT_BYTES)
    rounds = work or WORK
    held = {"signing": keys.signing.hex(), "names": keys.names and keys.names.decode("ascii")}
    token = Fernet(_derived(passphrase, salt, rounds)).encrypt(canonical_json(held).encode("ascii"))
    return canonical_json(
        {"kdf": "scrypt", "n": rounds, "salt": salt.hex(), "token": token.decode("ascii")}
    ).encode("ascii")


def opened(content: bytes, passphrase: str) -> Keys:
    """The keys that `sealed` sealed.

    Raises:
        WrongKey: It is another passphrase, or the content was changed.
    """
    from cryptography.fernet import Fernet, InvalidToken

    try:
        held = json.loads(content)
        rounds = int(held["n"])
        if held["kdf"] != "scrypt" or not 2 <= rounds <= _MOST_WORK:
            raise WrongKey
        key = _derived(passphrase, bytes.fromhex(held["salt"]), rounds)
        inner = json.loads(Fernet(key).decrypt(held["token"].encode("ascii")))
    except (InvalidToken, ValueError, TypeError, KeyError) as error:
        raise WrongKey from error
    names = inner["names"]
    return Keys(bytes.fromhex(inner["signing"]), None if names is None else names.encode("ascii"))


def _derived(passphrase: str, salt: bytes, rounds: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same word typed on two systems may be spelt in different code points.
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(Scrypt(salt=salt, length=32, n=rounds, r=_BLOCK, p=1).derive(typed))


def public_key(signing: bytes) -> str:
    """What signatures by a key are checked with, hexadecimal."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(signing).public_key().public_bytes_raw().hex()


def mark(signing: bytes, content: bytes) -> str:
    """A signature over content, hexadecimal."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(signing).sign(content).hex()


def is_marked(public: str, signature: str, content: bytes) -> bool:
    """Whether a signature was made over content with the key that `public` belongs to."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


class Vault:
    """The key of patients' names, while somebody at the desk has unlocked it.

    One vault may serve several stores of the same folder, each in its own thread. The key lives
    in memory alone; it is forgotten when the desk is locked, or was left alone for too long.
    """

    def __init__(self, idle_s: float = IDLE_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s = idle_s
        self._clock = clock
        self._guard = threading.Lock()
        self._key: bytes | None = None
        self._rater = ""
        self._used_at = 0.0

    @property
    def rater(self) -> str:
        """Who unlocked it; empty while it is locked."""
        with self._guard:
            return self._rater if self._key_now() else ""

    @property
    def is_locked(self) -> bool:
        """Whether names cannot be read now."""
        with self._guard:
            return self._key_now() is None

    def lock(self) -> None:
        """Forget the key."""
        with self._guard:
            self._key, self._rater = None, ""

    def touch(self) -> None:
        """Somebody is at the desk; a vault that is locked stays locked."""
        with self._guard:
            if self._key_now() is not None:
                self._used_at = self._clock()

    def expire_after(self, idle_s: float) -> None:
        """Forget the key after so long without a hand on the desk, seconds; `inf` for never."""
        with self._guard:
            self._idle_s = idle_s

    def take(self, key: bytes, rater: str) -> None:
        """Hold the key from now on."""
        with self._guard:
            self._key, self._rater, self._used_at = key, rater, self._clock()

    @property
    def key(self) -> bytes:
        """The key.

        Raises:
            NamesLocked: Nobody has unlocked it.
        """
        with self._guard:
            key = self._key_now()
        if key is None:
            raise NamesLocked
        return key

    def seal(self, content: bytes) -> bytes:
        """Content that nobody reads without the key.

        Raises:
            NamesLocked: Nobody has unlocked it.
        """
        from cryptography.fernet import Fernet

        return Fernet(self.key).encrypt(content)

    def open(self, content: bytes) -> bytes:
        """What was sealed.

        Raises:
            NamesLocked: Nobody has unlocked it.
            WrongKey: It was sealed with another key, or was changed.
        """
        from cryptography.fernet import Fernet, InvalidToken

        try:
            return Fernet(self.key).decrypt(content)
        except InvalidToken as error:
            raise WrongKey from error

    def _key_now(self) -> bytes | None:
        if self._key is not None and self._clock() - self._used_at > self._idle_s:
            self._key, self._rater = None, ""
        return self._key
