"""What the memory cloud refuses, as Azure does, and what it fills in."""

import pytest
from build import AUDIO, OWNER, REALTIME, account, deleted, deployment, group, observed

from deployer.core.plan import Action, Change
from deployer.core.resources import Deployment, ModelVersion, Sku
from deployer.engines.memory import MemoryCloud, Refusal

OLDER = ModelVersion(REALTIME.name, "2024-10-01")


def refusal(cloud, action, before, after):
    address = (after or before).address
    with pytest.raises(Refusal) as refused:
        cloud.carry_out(Change(action, address, before, after), OWNER)
    return refused.value.code


@pytest.mark.parametrize(
    ("seen", "action", "before", "after", "code"),
    [
        ((), Action.CREATE, None, deployment(), "ParentResourceNotFound"),
        (
            (account(), deployment()),
            Action.DELETE,
            account(),
            None,
            "CannotDeleteAccountWithDeployments",
        ),
        (
            (account(), deployment()),
            Action.UPDATE,
            deployment(),
            deployment(model=AUDIO),
            "CannotChangeDeploymentModel",
        ),
        (
            (account(), deployment(model=OLDER, capacity=1)),
            Action.UPDATE,
            deployment(model=OLDER, capacity=1),
            deployment(capacity=2),
            "InvalidResourceProperties",
        ),
        (
            (account(),),
            Action.UPDATE,
            account(),
            account(location="westus"),
            "InvalidResourceLocation",
        ),
        (
            (account(),),
            Action.UPDATE,
            account(),
            account(custom_sub_domain_name="other"),
            "InvalidResourceProperties",
        ),
    ],
    ids=["orphan", "full-account", "model", "capacity-and-version", "move", "subdomain"],
)
def test_what_azure_refuses_is_refused(seen, action, before, after, code):
    assert code == refusal(MemoryCloud(observed(group(), *seen)), action, before, after)


def test_a_soft_deleted_name_cannot_be_taken():
    cloud = MemoryCloud(observed(group(), deleted=[deleted()]))

    assert "FlagMustBeSetForRestore" == refusal(cloud, Action.CREATE, None, account())


def test_what_is_not_said_is_filled_in():
    cloud = MemoryCloud(observed(group(), account()))
    bare = Deployment("voice-eus2", "d", REALTIME, Sku("GlobalStandard"))

    cloud.carry_out(Change(Action.CREATE, bare.address, None, bare), OWNER)

    seen = cloud.look().resources[bare.address]
    assert isinstance(seen, Deployment)
    assert (1, "OnceNewDefaultVersionAvailable", "Microsoft.DefaultV2") == (
        seen.sku.capacity,
        seen.version_upgrade_option,
        seen.rai_policy_name,
    )


def test_a_deleted_account_can_be_recovered():
    cloud = MemoryCloud(observed(group(), account()))

    cloud.carry_out(Change(Action.DELETE, account().address, account(), None), OWNER)

    assert account().address in cloud.look().deleted
