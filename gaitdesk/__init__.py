"""GaitDesk: the Edinburgh Visual Gait Score from two films of one walk, on one machine.

The map, from the ground up; a floor imports only floors below it.

i18n, paths   Text for people; where resources, models and user data lie.
domain        The clinic's words as frozen values: patient, film, pose, gait, EVGS, progress.
media         Video in and out: frames by presentation time, two films on one time axis.
perception    From pixels to the person, mask and keypoints; the models and their packages.
gait          From keypoints to passes, events, cycles, angles, curves and norms.
scoring       The rule-based reader: criteria, measures, proposals for 17 items; readers compared.
childgait     The ChildGait-Video network: clips, prompting, pruning, encoder, heads, evidence.
phantom       A synthetic walking child whose every score is known.
learning      Better networks from scored walks: examples, training, calibration, evaluation.
report        What leaves the desk: JSON, CSV, COCO keypoints, films, PDF, DICOM, FHIR, cases.
store         What is kept: the journal of every edit, sealed names, signatures, readings, consent.
jobs          One generator for each thing a user waits for.
commands      Commands of the command line that stand apart from the others.
cli           The command line.
ui            The window; the only floor that knows Qt.
"""

__version__ = "0.1.0"
