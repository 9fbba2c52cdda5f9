"""How hard a passphrase is to guess, by a rule of thumb that people's habits were put into."""

from __future__ import annotations

from enum import IntEnum

from gaitdesk.store.vault import SHORTEST

FAIR_BITS, STRONG_BITS = 20.0, 30.0
"""At half a second a guess, 20 bits last a week and 30 bits 17 years on one machine."""


class Strength(IntEnum):
    """How a passphrase would stand up to guessing."""

    TOO_SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


def guess_bits(passphrase: str) -> float:
    """Bits a guesser has to find, for a passphrase that a person has chosen.

    Characters that only repeat the one before, or go on from it as in 1234, count for nothing.

    Source:
        NIST SP 800-63-1 (2011), appendix A.2.1 and table A.1, without a dictionary check: 4 bits
        for the first character, 2 for each of the next seven, 1.5 up to the 20th, then 1; 6 more
        where letters are mixed with what are none.
    """
    told = [
        letter
        for before, letter in zip(" " + passphrase, passphrase, strict=False)
        if not 0 <= ord(letter) - ord(before) <= 1
    ]
    bits = 0.0
    for place in range(len(told)):
        bits += 4.0 if place == 0 else 2.0 if place < 8 else 1.5 if place < 20 else 1.0
    has_letters = any(letter.isalpha() for letter in told)
    has_others = any(not letter.isalpha() for letter in told)
    return bits + 6.0 * (has_letters and has_others)


def strength(passphrase: str) -> Strength:
    """How a passphrase would stand up to guessing."""
    if len(passphrase) < SHORTEST:
        return Strength.TOO_SHORT
    bits = guess_bits(passphrase)
    if bits >= STRONG_BITS:
        return Strength.STRONG
    return Strength.FAIR if bits >= FAIR_BITS else Strength.WEAK
