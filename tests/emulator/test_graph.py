"""Graph: the emulator's own principals are found, everything else is refused in Graph's form."""

from __future__ import annotations

import pytest
from emulator.arm_client import Arm

SERVICE = "/v1.0/servicePrincipals"


class Graph:
    """Signed in to Graph, as az is."""

    def __init__(self, emulator):
        self.arm = Arm(emulator)
        self.made = emulator.ask("PUT", "principals/ci", {"roles": []})
        self.token = self.arm.token(f"{emulator.address}//.default")

    def ask(self, method, path, body=None, token=None, **query):
        from urllib.parse import quote, urlencode

        headers = {"Authorization": f"Bearer {token or self.token}"}
        asked = f"{quote(path)}?{urlencode(query)}" if query else quote(path)
        return self.arm.send(method, asked, body, headers=headers)


@pytest.mark.parametrize(
    "asked",
    [
        "servicePrincipalNames/any(c:c eq '{clientId}')",
        "appId eq '{clientId}'",
        "id eq '{objectId}'",
        "displayName eq 'ci'",
        "startswith(displayName,'c')",
    ],
)
def test_a_principal_is_found_by_what_az_asks_for(emulator, asked):
    graph = Graph(emulator)

    found = graph.ask("GET", SERVICE, **{"$filter": asked.format(**graph.made)}).body["value"]

    assert [(one["id"], one["appId"], one["displayName"]) for one in found] == [
        (graph.made["objectId"], graph.made["clientId"], "ci")
    ]


@pytest.mark.parametrize("asked", ["userPrincipalName eq 'anna@emulator.invalid'", "displayName eq 'anna'"])  # fmt: skip
def test_a_person_is_found_among_users_and_nowhere_else(emulator, asked):
    graph = Graph(emulator)
    anna = emulator.ask("PUT", "principals/anna", {"roles": [], "kind": "user"})

    found = graph.ask("GET", "/v1.0/users", **{"$filter": asked}).body["value"]
    one = graph.ask("GET", "/v1.0/users/anna@emulator.invalid").body
    ids = graph.ask("POST", "/v1.0/directoryObjects/getByIds", {"ids": [anna["objectId"]]}).body

    assert [one["userPrincipalName"] for one in found] == ["anna@emulator.invalid"]
    assert one["id"] == anna["objectId"]
    assert ids["value"][0]["@odata.type"] == "#microsoft.graph.user"
    assert graph.ask("GET", SERVICE, **{"$filter": "displayName eq 'anna'"}).body["value"] == []


def test_an_unknown_name_finds_nobody(emulator):
    asked = {"$filter": "servicePrincipalNames/any(c:c eq 'nobody')"}

    assert Graph(emulator).ask("GET", SERVICE, **asked).body["value"] == []


def test_ids_are_turned_into_principals(emulator):
    graph = Graph(emulator)
    ids = {"ids": [graph.made["objectId"], "00000000-0000-0000-0000-00000000beef"]}

    found = graph.ask("POST", "/v1.0/directoryObjects/getByIds", ids).body["value"]

    assert [(one["@odata.type"], one["id"]) for one in found] == [
        ("#microsoft.graph.servicePrincipal", graph.made["objectId"])
    ]


@pytest.mark.parametrize("place", ["{objectId}", None])
def test_one_principal_is_read_by_either_id(emulator, place):
    graph = Graph(emulator)
    path = f"{SERVICE}/{{objectId}}" if place else f"{SERVICE}(appId='{{clientId}}')"

    assert graph.ask("GET", path.format(**graph.made)).body["appId"] == graph.made["clientId"]


@pytest.mark.parametrize("path", ["/v1.0/users/me@here.invalid", f"{SERVICE}/nobody"])
def test_who_is_not_there_is_not_found_in_graphs_words(emulator, path):
    answer = Graph(emulator).ask("GET", path)

    assert (answer.status, answer.code) == (404, "Request_ResourceNotFound")
    assert set(answer.body["error"]["innerError"]) == {"date", "request-id", "client-request-id"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1.0/me"), ("POST", "/v1.0/applications"), ("GET", "/beta/organization")],
)
def test_what_is_not_played_says_so(emulator, method, path):
    answer = Graph(emulator).ask(method, path)

    assert answer.status == 501
    assert "Microsoft Graph is not played here" in answer.message


def test_graph_wants_a_token_of_its_own(emulator):
    graph = Graph(emulator)

    refused = graph.ask("GET", SERVICE, token=graph.arm.token())

    assert (refused.status, refused.code) == (401, "InvalidAuthenticationToken")
    assert graph.arm.send("GET", SERVICE).status == 401
