"""Two readers of one walk: what the form says when both have spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gaitdesk.domain.evgs import (
    Cell,
    ItemScore,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)


def by_network(proposals: Mapping[Cell, Proposal]) -> Scoresheet:
    """The form as the network alone fills it."""
    sheet = Scoresheet()
    for (side, item), proposal in proposals.items():
        sheet = sheet.with_cell(side, item, ItemScore.from_proposal(proposal))
    return sheet


def by_both(rules: Scoresheet, proposals: Mapping[Cell, Proposal]) -> Scoresheet:
    """The form when the rules and the network have read it; both answers stay beside each other.

    Args:
        rules: The form as the rules filled it, not yet touched by a reviewer.
        proposals: What the network says.
    """
    sheet = rules
    for (side, item), network in proposals.items():
        held = rules.get(side, item)
        if held is None or not held.proposed:
            sheet = sheet.with_cell(side, item, ItemScore.from_proposal(network))
        else:
            sheet = sheet.with_cell(side, item, agreed(held.proposed[-1], network))
    return sheet


def agreed(rules: Proposal, network: Proposal) -> ItemScore:
    """What the form says of one item when both readers have answered.

    Where one finds it typical and the other atypical beyond doubt, nobody is believed: the
    reviewer decides. Where they agree, the rules' answer stands, because only it knows degree
    and direction. Where one cannot say, the other's answer stands, but never against what the
    rules lean to.

    Args:
        rules: What the rules say.
        network: What the network says.
    """
    both = (rules, network)
    rules_find, network_finds = finding(rules), finding(network)
    if rules_find is not None and network_finds is not None:
        if rules_find != network_finds:
            return ItemScore(
                State.REVIEWER_DECIDES,
                rules.origin,
                reason=Reason.READERS_DISAGREE,
                proposed=both,
            )
        return replace(ItemScore.from_proposal(rules), proposed=both)
    leans_atypical = rules.score is not None and rules.score is not Score.NORMAL
    is_network_believed = (
        rules_find is None
        and network_finds is not None
        and not (network_finds is False and leans_atypical)
    )
    chosen = network if is_network_believed else rules
    return replace(ItemScore.from_proposal(chosen), proposed=both)


def finding(proposal: Proposal) -> bool | None:
    """Whether a reader finds an item atypical beyond its own doubt; None where it cannot say."""
    if proposal.state is State.SCORED:
        return proposal.score is not Score.NORMAL
    return True if proposal.reason is Reason.ATYPICAL else None
