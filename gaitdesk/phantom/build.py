"""Bodies of children from 3 to 17 years: heights and proportions by age."""

from __future__ import annotations

import numpy as np

from gaitdesk.phantom.skeleton import Build

YOUNGEST_YEARS, OLDEST_YEARS = 3.0, 17.0

_AGES = np.arange(3.0, 18.0)

# Median stature, centimetres, rounded to half a centimetre.
# Source: Kuczmarski et al. (2002), CDC growth charts 2000, Vital Health Stat 11(246).
_BOYS_CM = (
    *(95.5, 102.5, 109.0, 115.5, 122.0, 128.0, 133.5, 138.5),
    *(143.5, 149.0, 156.0, 164.0, 170.0, 173.5, 175.5),
)
_GIRLS_CM = (
    *(94.5, 101.0, 108.0, 115.0, 121.5, 127.5, 133.0, 138.0),
    *(144.0, 151.0, 157.0, 160.5, 162.0, 162.5, 163.0),
)

HEIGHT_SD = 0.043
"""Standard deviation of stature at one age over its median, about the same at every age."""

# Shares of stature. Adult values follow Winter (2009), Biomechanics and Motor Control of Human
# Movement, 4th ed., fig. 4.1; the course over age is our choice: legs grow from 0.465 of
# stature to 0.52 (0.46 to 0.55 is seen), the head with its neck falls from 0.235 to 0.165.
_SHARE_AGES = (3.0, 6.0, 10.0, 14.0, 17.0)
_LEG = (0.465, 0.490, 0.510, 0.525, 0.520)
_HEAD = (0.235, 0.215, 0.195, 0.175, 0.165)
_ARM = (0.405, 0.412, 0.420, 0.426, 0.430)
_HIP_WIDTH = (0.105, 0.104, 0.102, 0.100, 0.100)
_SHOULDER_WIDTH = (0.195, 0.196, 0.200, 0.206, 0.212)
_FOOT = (0.158, 0.157, 0.155, 0.152, 0.150)


def build_of(age_years: float, seed: int | None = None, is_girl: bool | None = None) -> Build:
    """The body of a child of that age.

    Args:
        age_years: 3 to 17; ages outside are taken as the nearest.
        seed: Draws stature and proportions about the median; the median child without one.
        is_girl: Whose growth curve; drawn with the seed when not given, the mean of both
            without a seed.
    """
    rng = None if seed is None else np.random.default_rng([seed, 1])
    age = float(np.clip(age_years, YOUNGEST_YEARS, OLDEST_YEARS))
    if is_girl is None and rng is not None:
        is_girl = bool(rng.random() < 0.5)
    boy, girl = (float(np.interp(age, _AGES, cm)) / 100.0 for cm in (_BOYS_CM, _GIRLS_CM))
    median = (boy + girl) / 2.0 if is_girl is None else girl if is_girl else boy
    spread = np.zeros(8) if rng is None else np.clip(rng.standard_normal(8), -2.0, 2.0)
    height = median * (1.0 + HEIGHT_SD * spread[0])

    def share(table: tuple[float, ...], sd: float, drawn: float) -> float:
        return float(np.interp(age, _SHARE_AGES, table) * (1.0 + sd * drawn) * height)

    leg = share(_LEG, 0.015, spread[1])
    head = share(_HEAD, 0.015, spread[2])
    arm = share(_ARM, 0.02, spread[3])
    foot = share(_FOOT, 0.02, spread[4])
    ankle_height = 0.27 * foot
    above = height - leg - head
    thigh_share = 0.495 + 0.006 * spread[5]
    return Build(
        height=height,
        hip_width=share(_HIP_WIDTH, 0.03, spread[6]),
        lumbar=0.27 * above,
        trunk=0.73 * above,
        shoulder_width=share(_SHOULDER_WIDTH, 0.03, spread[7]),
        shoulder_drop=0.025 * height,
        head=head,
        thigh=thigh_share * (leg - ankle_height),
        shank=(1.0 - thigh_share) * (leg - ankle_height),
        ankle_height=ankle_height,
        heel_back=0.24 * foot,
        forefoot=0.51 * foot,
        toes=0.25 * foot,
        upper_arm=0.405 * arm,
        forearm=0.340 * arm,
        hand=0.255 * arm,
    )
