"""Azure's JSON as our values."""

import datetime as dt

import pytest
from build import AUDIO, OWNER

from deployer.azure import reading
from deployer.core.offers import Life, OfferedSku, Usage
from deployer.core.resources import Account, Deployment, ModelVersion, Role, RoleAssignment, Sku
from deployer.core.role_names import described
from deployer.core.state import Owner

TODAY = dt.date(2026, 4, 23)


def account_body(**properties):
    """An AI Services account as it is read: most of it is Azure's own filling (recorded 2026-06-22)."""
    return {
        "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a",
        "name": "a",
        "location": "EASTUS2",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "etag": '"5c02a25b"',
        "properties": {
            "endpoint": "https://a.cognitiveservices.azure.com/",
            "endpoints": {"OpenAI Realtime API": "https://a.openai.azure.com/"},
            "internalId": "0" * 32,
            "customSubDomainName": "a",
            "isMigrated": False,
            "publicNetworkAccess": "Enabled",
            "provisioningState": "Accepted",
            **properties,
        },
    }


def model(status="GenerallyAvailable", inference="2027-02-28T00:00:00Z", **fields):
    sku = {
        "name": "GlobalStandard",
        "usageName": "OpenAI.GlobalStandard.gpt-audio",
        "capacity": {"maximum": 30000, "default": 100},
    }
    body = {
        "format": "OpenAI",
        "name": "gpt-audio",
        "version": "2025-08-28",
        "skus": [sku],
        "deprecation": {"inference": inference} if inference else {},
        "lifecycleStatus": status,
    }
    return {"kind": "OpenAI", "model": body, **fields}


def test_an_account():
    expected = Account("a", "EASTUS2", "AIServices", "S0", "a", None, "Enabled")

    assert expected == reading.account(account_body())


def test_what_is_not_there_is_none():
    assert Account("a", "x") == reading.account({"name": "a", "location": "x"})


def test_addresses_are_azures_own_answer():
    assert {
        "endpoint": "https://a.cognitiveservices.azure.com/",
        "OpenAI Realtime API": "https://a.openai.azure.com/",
    } == reading.endpoints(account_body())


def test_a_deployment_without_azures_filling():
    body = {
        "name": "d",
        "sku": {"name": "GlobalStandard", "capacity": 3},
        "properties": {
            "model": {"format": "OpenAI", "name": AUDIO.name, "version": AUDIO.version},
            "currentCapacity": 3,
            "capabilities": {"_H_azureml-throttling-key": "oai-1"},
            "rateLimits": [{"key": "request", "renewalPeriod": 10, "count": 3}],
        },
    }

    assert Deployment("a", "d", AUDIO, Sku("GlobalStandard", 3)) == reading.deployment("a", body)


def test_a_deleted_account_knows_its_group_and_its_end():
    body = account_body(
        deletionDate="2025-10-28T14:50:01.1234567Z", scheduledPurgeDate="2025-10-30T14:50:01.12Z"
    )
    place = "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/eastus2"

    found = reading.deleted_account(body | {"id": f"{place}/resourceGroups/rg/deletedAccounts/a"})

    assert ("rg", dt.datetime(2025, 10, 30, 14, 50, 1, tzinfo=dt.UTC)) == (
        found.resource_group,
        found.purged_by,
    )


def test_a_role_assignment_by_its_id_without_case():
    properties = {
        "roleDefinitionId": "/subscriptions/s/x/5E0BD9BD-7B93-4F28-AF87-19FC36AD61BD",
        "principalId": "p",
        "principalType": "User",
    }
    role = Role("Cognitive Services OpenAI User", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd")

    assert RoleAssignment("a", role, "p", "User") == reading.role_assignment("a", properties)


@pytest.mark.parametrize(
    ("description", "owner"),
    [
        (described(OWNER), OWNER),
        ("deployer=x; deployer-engine=arm", Owner("x", "arm")),
        ("made by hand; a=b", None),
        ("", None),
        (None, None),
    ],
)
def test_the_owner_of_a_role_is_in_its_description(description, owner):
    assert owner == reading.describer(description)


@pytest.mark.parametrize(
    ("status", "inference", "life"),
    [
        ("GenerallyAvailable", "2027-02-28T00:00:00Z", Life.ALIVE),
        ("Preview", None, Life.ALIVE),
        ("Legacy", "2027-02-28T00:00:00Z", Life.ALIVE),
        ("Deprecating", "2027-02-28T00:00:00Z", Life.CLOSING),
        ("Deprecated", "2026-03-24T00:00:00Z", Life.RETIRED),
        ("Deprecated", None, Life.RETIRED),
        ("GenerallyAvailable", "2026-04-23T00:00:00Z", Life.RETIRED),
        ("GenerallyAvailable", "2026-04-24T00:00:00Z", Life.ALIVE),
    ],
)
def test_what_a_model_may_still_be_used_for(status, inference, life):
    assert [life] == [
        one.life for one in reading.offers([model(status, inference)], ["OpenAI"], TODAY)
    ]


def test_an_offer():
    (offer,) = reading.offers([model()], ["openai"], TODAY)

    assert (ModelVersion("gpt-audio", "2025-08-28"), dt.date(2027, 2, 28)) == (
        offer.model,
        offer.retires,
    )
    assert (
        OfferedSku("GlobalStandard", "OpenAI.GlobalStandard.gpt-audio", 30000, 100) == offer.skus[0]
    )


def test_offers_to_other_kinds_of_account_do_not_count():
    assert () == reading.offers([model(kind="MaaS")], ["OpenAI", "AIServices"], TODAY)


def test_usage_may_exceed_its_limit():
    row = {"name": {"value": "u", "localizedValue": "U"}, "currentValue": 400, "limit": 100.0}

    assert (Usage("u", 400, 100), -300) == ((found := reading.usages([row])[0]), found.free)
