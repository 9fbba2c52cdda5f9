"""The tables, as one migration after another; a migration that was released never changes.

A server's tables, in `postgres`, have the same columns.
"""

from __future__ import annotations

APPLICATION_ID = 0x47446B31
"""Marks the file as GaitDesk's in the header of SQLite ("GDk1")."""

_FIRST = (
    # A patient is a pseudonym; who that is stands in `identities` and nowhere else.
    """CREATE TABLE patients (
    id TEXT PRIMARY KEY NOT NULL,
    pseudonym TEXT NOT NULL UNIQUE
)""",
    # `key_id` names the key that sealed `content`; NULL for content that is not sealed.
    """CREATE TABLE identities (
    patient TEXT PRIMARY KEY NOT NULL REFERENCES patients (id),
    form INTEGER NOT NULL,
    key_id TEXT,
    content BLOB NOT NULL
)""",
    """CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    patient TEXT NOT NULL REFERENCES patients (id),
    visit TEXT NOT NULL,
    scored INTEGER NOT NULL DEFAULT 0,
    confirmed INTEGER NOT NULL DEFAULT 0,
    last_entry INTEGER NOT NULL
)""",
    "CREATE INDEX sessions_by_patient ON sessions (patient)",
    """CREATE TABLE films (
    id TEXT PRIMARY KEY NOT NULL,
    session TEXT NOT NULL REFERENCES sessions (id),
    position INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    facts TEXT NOT NULL
)""",
    "CREATE INDEX films_by_session ON films (session)",
    "CREATE INDEX films_by_content ON films (sha256)",
    """CREATE TABLE analyses (
    id TEXT PRIMARY KEY NOT NULL,
    session TEXT NOT NULL REFERENCES sessions (id),
    position INTEGER NOT NULL,
    facts TEXT NOT NULL
)""",
    "CREATE INDEX analyses_by_session ON analyses (session)",
    """CREATE TABLE journal (
    seq INTEGER PRIMARY KEY NOT NULL,
    session TEXT REFERENCES sessions (id) DEFERRABLE INITIALLY DEFERRED,
    rater TEXT NOT NULL,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    step INTEGER NOT NULL,
    target INTEGER,
    text TEXT NOT NULL,
    old TEXT,
    new TEXT,
    reason TEXT NOT NULL,
    form INTEGER NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
)""",
    "CREATE INDEX journal_by_thing ON journal (session, kind, what, seq)",
    # How long the journal is, so that entries missing at its end are missed.
    """CREATE TABLE head (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    count INTEGER NOT NULL,
    hash TEXT NOT NULL
)""",
    f"INSERT INTO head (id, count, hash) VALUES (1, 0, '{'0' * 64}')",
    """CREATE TRIGGER journal_goes_on BEFORE INSERT ON journal
WHEN NEW.seq IS NOT (SELECT count + 1 FROM head) OR NEW.prev_hash IS NOT (SELECT hash FROM head)
BEGIN SELECT RAISE(ABORT, 'an entry of the journal follows the last one'); END""",
    """CREATE TRIGGER journal_is_counted AFTER INSERT ON journal
BEGIN UPDATE head SET count = NEW.seq, hash = NEW.hash; END""",
    """CREATE TRIGGER journal_keeps_values BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'an entry of the journal never changes'); END""",
    """CREATE TRIGGER journal_keeps_entries BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never removed'); END""",
    """CREATE TRIGGER head_goes_on BEFORE UPDATE ON head
WHEN NEW.count IS NOT OLD.count + 1 OR NEW.id IS NOT OLD.id
BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END""",
    """CREATE TRIGGER head_stays BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END""",
)

_SECOND = (
    # Whose sheet an entry belongs to: NULL for the visit's own.
    "ALTER TABLE journal ADD COLUMN reading TEXT",
    "DROP INDEX journal_by_thing",
    "CREATE INDEX journal_by_thing ON journal (session, reading, kind, what, seq)",
    # Which version of a visit is signed and in force; 0 where none is.
    "ALTER TABLE sessions ADD COLUMN signed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE patients ADD COLUMN erased INTEGER NOT NULL DEFAULT 0",
    # Each holder's keys, sealed with their passphrase; not in the journal, so that a passphrase
    # that became known opens nothing any more once it was changed.
    """CREATE TABLE keyholders (
    id TEXT PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL
)""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND)
"""Statements that make form n + 1 of form n; form 0 is an empty file."""

DERIVED = ("patients", "sessions", "films", "analyses")
"""Tables that hold what the journal says, and nothing else."""
