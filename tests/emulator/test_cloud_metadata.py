"""What az, Terraform and Pulumi read before anything else, and the tenants that clients put behind an authority."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, GROUP, Arm

from deployer.emulator import environment
from deployer.emulator.templates.reader import Unreadable, read


def test_the_metadata_endpoint_names_this_cloud_without_a_token(emulator):
    said = Arm(emulator).send("GET", "/metadata/endpoints?api-version=2022-09-01").body

    assert said["resourceManager"] == said["microsoftGraphResourceId"] == f"{emulator.address}/"
    assert said["authentication"]["loginEndpoint"] == f"{emulator.address}/adfs"
    assert said["authentication"]["audiences"]
    assert {"storage", "keyVaultDns"} <= set(said["suffixes"])
    assert said["name"] != "AzureCloud", "clients give that cloud the public sign-in address"


def test_older_clients_read_a_list_of_clouds(emulator):
    ask = Arm(emulator).send
    one = ask("GET", "/metadata/endpoints?api-version=2022-09-01").body

    assert ask("GET", "/metadata/endpoints?api-version=2019-05-01").body == [one]


def test_an_address_with_a_slash_at_its_end_will_do(emulator):
    one = Arm(emulator).send("GET", "//metadata/endpoints?api-version=2022-09-01")

    assert one.body["resourceManager"].startswith(emulator.address)


@pytest.mark.parametrize("path", ["/adfs", "/adfs/some-tenant", "/some-tenant/v2.0"])
def test_every_authority_has_a_configuration_and_keys(emulator, path):
    said = Arm(emulator).send("GET", f"{path}/.well-known/openid-configuration").body
    keys = said["jwks_uri"].removeprefix(emulator.address)

    assert said["token_endpoint"].startswith(f"{emulator.address}/")
    assert Arm(emulator).send("GET", keys).body["keys"][0]["alg"] == "RS256"


def test_the_environment_is_one_for_every_client(emulator):
    said = environment(emulator.ca.parent)

    assert said["ARM_METADATA_HOSTNAME"] == emulator.address.removeprefix("https://")
    assert said["ARM_CLIENT_SECRET"] == said["AZURE_CLIENT_SECRET"] == emulator.client_secret
    assert said["AZURE_CONFIG_DIR"].startswith(str(emulator.ca.parent))


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        str.upper,
        lambda path: path + "/",
        lambda path: path.replace("/accounts", "//accounts"),
        lambda path: path.replace("/", "//").removeprefix("/"),
    ],
)
def test_a_path_is_matched_in_any_case_and_however_many_slashes_part_it(arm, change):
    arm.account()

    assert arm.get(change(ACCOUNT)).body["id"] == ACCOUNT


def test_a_body_that_is_not_json_is_read_as_azure_reads_it(arm):
    headers = {"Authorization": f"Bearer {arm.token()}"}
    raw = b'{location: \'eastus2\', /* as az sends it */ "tags": {"a": "two\nlines",}, // done\n}'

    answer = arm.send("PUT", f"{GROUP}?api-version=2024-11-01", raw=raw, headers=headers)

    assert (answer.status, answer.body["tags"]) == (201, {"a": "two\nlines"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("\ufeff[1, -2, 2.5, 1e3, true, null,]", [1, -2, 2.5, 1000.0, True, None]),
        (r'"\u00e9 \ud83d\ude00 \n \/ \""', "\u00e9 \U0001f600 \n / \""),
        ("{ $schema: 'it\\\'s', a-b: [{}] }", {"$schema": "it's", "a-b": [{}]}),
        ('{"a": "// no comment", "b": "/* nor this */"}', {"a": "// no comment", "b": "/* nor this */"}),
    ],
    ids=["empty", "numbers", "escapes", "bare", "comments in strings"],
)  # fmt: skip
def test_the_reader_takes_what_newtonsoft_takes(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "line 1, column 2"),
        ('{"a"\n 1}', "line 2, column 2"),
        ('["a', "line 1, column 2"),
        ("[1] 2", "line 1, column 5"),
        ("[" * 1000, "too deeply"),
        (r'"\u00g0"', "hexadecimal"),
        ("/* no end", "line 1"),
    ],
    ids=["open", "colon", "string", "more", "deep", "escape", "comment"],
)
def test_what_nobody_can_read_is_told_with_its_place(text, where):
    with pytest.raises(Unreadable, match=where):
        read(text)
