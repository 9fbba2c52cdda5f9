"""What is kept: one append-only journal of edits, and the patients, visits and films it is about.

Every change is an entry: who, when, what, old value, new value, and why. Entries are chained by
hash, and nothing ever changes or removes one; the present state is the last value of each thing,
undo is an entry that puts an earlier value back. Signatures, other readers' sheets and consent are
entries like any other. Tables beside the journal hold nothing that the journal does not say, but
for persons' names and the keys that open them, which are sealed and erasable. No reports, no films'
pixels.
"""
