"""Random states that Azure could hold and files could ask for, as Hypothesis strategies."""

from __future__ import annotations

from build import AUDIO, REALTIME, account, deleted, deployment, desired, group, observed, role
from hypothesis import strategies as st

from deployer.core.resources import ModelVersion
from deployer.core.state import SoftDelete

ACCOUNTS = {"voice-a": "eastus2", "voice-b": "eastus2", "voice-c": "swedencentral"}
DEPLOYMENTS = ("one", "two", "three")
MODELS = (REALTIME, ModelVersion(REALTIME.name, "2024-10-01"), AUDIO)
PRINCIPALS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


@st.composite
def _inside(draw, name, *, strangers):
    """The deployments and roles of one account."""
    found = []
    for one in draw(st.sets(st.sampled_from(DEPLOYMENTS))):
        found.append(
            deployment(
                one,
                name,
                draw(st.sampled_from(MODELS)),
                capacity=draw(st.integers(1, 3)),
                ours=not strangers or draw(st.booleans()),
                rai_policy_name=draw(st.sampled_from((None, "Microsoft.DefaultV2"))),
            )
        )
    return sorted(found, key=lambda one: one.name), [
        role(name, one) for one in draw(st.sets(st.sampled_from(PRINCIPALS)))
    ]


@st.composite
def desired_states(draw):
    """A file's wish: some accounts, each with deployments and roles."""
    resources = [group()]
    for name in sorted(draw(st.sets(st.sampled_from(sorted(ACCOUNTS))))):
        deployments, roles = draw(_inside(name, strangers=False))
        tags = draw(st.sampled_from(({}, {"env": "prod"}, {"env": "dev"})))
        resources += [account(name, ACCOUNTS[name], tags=tags), *roles, *deployments]
    policy = draw(st.sampled_from((SoftDelete.RECOVER, SoftDelete.PURGE)))
    return desired(*resources, soft_delete=policy)


@st.composite
def observed_states(draw):
    """A scope as it may be found: ours, somebody else's, half done, soft-deleted."""
    if not draw(st.booleans()):
        return observed(deleted=draw(_deleted(set())))
    resources = [group()]
    present = draw(st.sets(st.sampled_from(sorted(ACCOUNTS))))
    for name in sorted(present):
        deployments, roles = draw(_inside(name, strangers=True))
        ours = draw(st.booleans())
        resources += [account(name, ACCOUNTS[name], ours=ours), *roles, *deployments]
    return observed(
        *resources, deleted=draw(_deleted(present)), strangers=draw(st.sampled_from((0, 1)))
    )


@st.composite
def _deleted(draw, present):
    absent = sorted(set(ACCOUNTS) - present)
    names = draw(st.sets(st.sampled_from(absent))) if absent else set()
    return [deleted(name, ACCOUNTS[name]) for name in sorted(names)]
