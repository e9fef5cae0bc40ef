"""The judgements of preflight: functions of a plan, of what was seen and of what was answered. No I/O."""

from __future__ import annotations

import datetime as dt

from deployer.core.offers import LiveOffers
from deployer.core.plan import Consent, Plan
from deployer.core.state import ObservedState
from deployer.core.verdicts import Verdict
from deployer.preflight.answers import Answers
from deployer.preflight.judgements.case import Case
from deployer.preflight.judgements.consents import consents
from deployer.preflight.judgements.models import models
from deployer.preflight.judgements.names import names
from deployer.preflight.judgements.permissions import callers, permissions
from deployer.preflight.judgements.quota import quota

JUDGEMENTS = (consents, names, models, quota, permissions, callers)


def judge(
    plan: Plan,
    observed: ObservedState,
    live: LiveOffers,
    answers: Answers,
    allowed: frozenset[Consent],
    today: dt.date,
) -> tuple[Verdict, ...]:
    """Whether the plan can succeed, as far as anybody can know before the first write."""
    case = Case(plan, observed, live, answers, allowed, today)
    return tuple(verdict for judgement in JUDGEMENTS for verdict in judgement(case))
