"""The generic lists of resources, and tags by themselves."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, GROUP, SUBSCRIPTION

OTHER = ACCOUNT.replace("/rg/", "/other/").replace("voice", "speech")
TYPE = "Microsoft.CognitiveServices/accounts"


def two_accounts(arm):
    arm.account(tags={"stage": "test", "team": "sound"})
    arm.account(OTHER, location="swedencentral", tags={"stage": "live"})


def names(answer):
    assert answer.status == 200, answer.body
    return [one["name"] for one in answer.body["value"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["speech", "voice"]),
        (f"resourceType eq '{TYPE}'", ["speech", "voice"]),
        ("resourceType eq 'Microsoft.Storage/storageAccounts'", []),
        ("resourceGroup eq 'RG'", ["voice"]),
        ("name eq 'Voice'", ["voice"]),
        ("name ne 'voice'", ["speech"]),
        ("location eq 'swedencentral'", ["speech"]),
        ("substringof('oi', name)", ["voice"]),
        ("tagName eq 'team'", ["voice"]),
        ("tagname eq 'stage' and tagvalue eq 'live'", ["speech"]),
        ("tagName eq 'team' and tagValue eq 'live'", []),
        ("name eq 'voice' or name eq 'speech'", ["speech", "voice"]),
        ("name eq 'a or b' or name eq 'voice'", ["voice"]),
        (f"resourceGroup eq 'rg' and resourceType eq '{TYPE}'", ["voice"]),
    ],
)
def test_resources_are_listed_by_what_az_filters(arm, asked, found):
    two_accounts(arm)

    query = {"$filter": asked} if asked else {}
    assert names(arm.get(f"{SUBSCRIPTION}/resources", **query)) == found


def test_a_groups_resources_are_filtered_alike(arm):
    two_accounts(arm)

    assert names(arm.get(f"{GROUP}/resources", **{"$filter": "tagName eq 'team'"})) == ["voice"]
    assert names(arm.get(f"{GROUP}/resources", **{"$filter": "name eq 'speech'"})) == []


def test_what_is_asked_for_beside_is_there(arm):
    arm.account()

    (row,) = arm.get(
        f"{SUBSCRIPTION}/resources", **{"$expand": "createdTime,changedTime,provisioningState"}
    ).body["value"]

    assert row["provisioningState"] == "Succeeded"
    assert row["createdTime"] == arm.get(ACCOUNT).body["properties"]["dateCreated"]


def test_pages_of_resources_hold_each_once(arm):
    two_accounts(arm)

    first = arm.get(f"{SUBSCRIPTION}/resources", **{"$top": "1"})
    second = arm.follow(first.body["nextLink"])

    assert names(first) + names(second) == ["speech", "voice"]
    assert "nextLink" not in second.body


def test_only_what_the_caller_may_read_is_listed(arm):
    two_accounts(arm)

    assert names(arm.principal("nobody").get(f"{SUBSCRIPTION}/resources")) == []


@pytest.mark.parametrize("scope", [SUBSCRIPTION, GROUP, ACCOUNT])
def test_tags_by_themselves_are_those_of_their_scope(arm, scope):
    arm.account(tags=None)
    place = f"{scope}/providers/Microsoft.Resources/tags/default"

    def patched(operation, **tags):
        body = {"operation": operation, "properties": {"tags": tags}}
        return arm.ask("PATCH", place, body).body["properties"]["tags"]

    put = arm.ask("PUT", place, {"properties": {"tags": {"a": "1", "b": "2"}}}).body
    assert put["properties"]["tags"] == {"a": "1", "b": "2"}
    assert patched("Merge", B="3", c="4") == {"a": "1", "B": "3", "c": "4"}
    assert patched("Delete", a="other", c="4") == {"a": "1", "B": "3"}
    assert arm.get(scope).body["tags"] == arm.get(place).body["properties"]["tags"]
    assert patched("Replace", d="5") == {"d": "5"}
    assert arm.ask("DELETE", place).status == 200
    assert arm.get(place).body["properties"]["tags"] == {}
    assert not arm.get(scope).body.get("tags")


def test_tags_of_an_account_are_one_more_write_of_it(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})
    arm.account()

    place = f"{ACCOUNT}/providers/Microsoft.Resources/tags/default"
    assert arm.ask("PUT", place, {"properties": {"tags": {"a": "1"}}}).code == "RequestConflict"


def test_tags_are_changed_in_three_ways_only(arm):
    arm.group()
    place = f"{GROUP}/providers/Microsoft.Resources/tags/default"

    assert arm.ask("PATCH", place, {"operation": "Add"}).code == "InvalidResourceProperties"
