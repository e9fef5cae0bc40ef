"""What is asked of deployments after they ran: lists by state, the template itself; and what what-if may know."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, GROUP, SUBSCRIPTION
from emulator.templates.templates import account, deploy, deployments, end, request, rows, template

RUNS = f"{GROUP}/providers/Microsoft.Resources/deployments"
AT_SUBSCRIPTION = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments"


def test_deployments_are_listed_by_how_they_ended(arm):
    deploy(arm, template(), f"{RUNS}/good")
    deploy(arm, template(account(), deployments(2)), f"{RUNS}/bad")

    def named(**query):
        return [one["name"] for one in arm.get(RUNS, **query).body["value"]]

    assert named(**{"$filter": "provisioningState eq 'Failed'"}) == ["bad"]
    assert named(**{"$filter": "provisioningState eq 'succeeded'"}) == ["good"]
    assert len(named(**{"$top": "1"})) == 1
    assert len(named(**{"$top": "9"})) == 2


@pytest.mark.parametrize("path", [f"{RUNS}/kept", f"{AT_SUBSCRIPTION}/kept"])
def test_a_deployment_gives_its_template_back(arm, path):
    what = template(outputs={"a": {"type": "string", "value": "[deployment().name]"}})
    arm.group()
    arm.ask("PUT", path, {**request(what), "location": "eastus2"})
    end(arm, path)

    assert arm.ask("POST", f"{path}/exportTemplate").body == {"template": what}


def test_a_deployment_at_the_subscription_stays_where_it_is(arm):
    path = f"{AT_SUBSCRIPTION}/main"
    arm.ask("PUT", path, {**request(template()), "location": "East US 2"})
    end(arm, path)

    asked = {
        where: arm.ask("POST", f"{path}/validate", {**request(template()), "location": where})
        for where in ("eastus2", "westeurope")
    }

    assert asked["eastus2"].status == 200
    assert asked["westeurope"].code == "InvalidDeploymentLocation"
    assert "'MAIN' already exists in location 'eastus2'" in asked["westeurope"].message


def test_what_if_shows_a_new_resource_as_it_is_stated(arm):
    arm.group()
    new = account(identity={"type": "SystemAssigned"}, kind="AIServices")

    after = rows(arm, template(new))["voice"]["after"]

    assert after == {
        "apiVersion": "2025-06-01",
        "id": ACCOUNT,
        "name": "voice",
        "type": "Microsoft.CognitiveServices/accounts",
        "location": "eastus2",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": "voice"},
    }


def test_what_if_invents_no_principal_for_an_account_that_gets_an_identity(arm):
    deploy(arm, template(account()))
    new = template(account(identity={"type": "SystemAssigned"}))

    row = rows(arm, new)["voice"]
    deploy(arm, new)
    again = rows(arm, new)["voice"]

    assert row["changeType"] == "Modify"
    assert row["after"]["identity"] == {"type": "SystemAssigned"}
    assert again["changeType"] == "NoChange"
    assert "principalId" in again["after"]["identity"]
