"""Preflight: whether a plan can succeed, asked before anything is written."""

from __future__ import annotations

from deployer.azure.cloud import Cloud
from deployer.core.offers import LiveOffers
from deployer.core.plan import Consent, Plan
from deployer.core.state import ObservedState
from deployer.core.verdicts import Verdict
from deployer.preflight.judgements import judge
from deployer.preflight.questions import ask

__all__ = ["ask", "judge", "preflight"]


def preflight(
    cloud: Cloud,
    plan: Plan,
    observed: ObservedState,
    live: LiveOffers,
    allowed: frozenset[Consent],
) -> tuple[Verdict, ...]:
    """Ask what the plan raises, and judge. An empty plan raises nothing."""
    if plan.is_empty:
        return ()
    return judge(plan, observed, live, ask(cloud, plan, observed), allowed, cloud.today)
