"""Terraform that is written says what was wanted: read back by a parser, and left alone by `terraform fmt`."""

import base64
import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from build import SCOPE, account, deployment, desired, group, role
from hypothesis import given
from hypothesis import strategies as st
from states import desired_states

from deployer.export import terraform
from deployer.export.desired import document

hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 is not installed")

TERRAFORM = shutil.which("terraform")
needs_terraform = pytest.mark.skipif(not TERRAFORM, reason="terraform is not installed")
ESCAPED = re.compile(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|.)|\$\$(?=\{)|%%(?=\{)", re.DOTALL)
ACCOUNT = "Microsoft.CognitiveServices/accounts@2025-06-01"
DEPLOYMENT = "Microsoft.CognitiveServices/accounts/deployments@2025-06-01"
ROLE = "Microsoft.Authorization/roleAssignments@2022-04-01"


def plain(value):
    """A value as it is meant: strings without quotes and escapes, the subscription filled in."""
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not (isinstance(value, str) and value.startswith('"')):
        return value
    text = value[1:-1]
    if not re.search(r"(?<!\$)\$\{var\.subscription_id\}", text):
        assert not re.search(r"(?<!\$)(\$\$)*\$\{|(?<!%)(%%)*%\{", text), text
    text = re.sub(r"(?<!\$)\$\{var\.subscription_id\}", SCOPE.subscription, text)
    return ESCAPED.sub(_meant, text)


def _meant(match):
    said = match[1]
    if said is None:
        return match[0][0]
    return {"n": "\n", "r": "\r", "t": "\t"}.get(said) or (
        chr(int(said[1:], 16)) if len(said) > 1 else said
    )


def read(state):
    return plain(hcl2.loads(terraform.text(state)))


def resources(program):
    """Every azapi_resource by its name, in order."""
    found: dict[str, dict[str, Any]] = {}
    for one in program["resource"]:
        ((kind, named),) = one.items()
        assert kind == "azapi_resource"
        found |= named
    return found


def accounts(program):
    made = resources(program)

    def within(parent, kind):
        mine = f"${{azapi_resource.{parent}.id}}"
        return [one for one in made.values() if (one["type"], one["parent_id"]) == (kind, mine)]

    return [
        {
            **{key: one[key] for key in ("name", "location", "tags")},
            "kind": one["body"]["kind"],
            "sku": one["body"]["sku"]["name"],
            **one["body"]["properties"],
            "raiPolicies": [],
            "deployments": [
                {
                    "name": inner["name"],
                    "sku": inner["body"]["sku"],
                    "tags": inner["tags"],
                    **inner["body"]["properties"],
                }
                for inner in within(symbol, DEPLOYMENT)
            ],
            "roles": [
                {"name": inner["name"], **inner["body"]["properties"]}
                for inner in within(symbol, ROLE)
            ],
        }
        for symbol, one in made.items()
        if one["type"] == ACCOUNT
    ]


FULL = desired(
    group(),
    account(),
    role(),
    deployment(rai_policy_name="Microsoft.DefaultV2"),
    deployment("audio"),
    account("voice-swc", "swedencentral"),
    deployment("realtime", "voice-swc"),
)


def test_everything_a_state_can_say_is_read_back():
    assert document(FULL)["accounts"] == accounts(read(FULL))


@pytest.mark.timeout(600)
@pytest.mark.long
@given(desired_states())
def test_what_is_read_back_is_what_was_wanted(state):
    assert document(state)["accounts"] == accounts(read(state))


def test_deployments_of_one_account_wait_for_each_other_and_for_no_other_account():
    made = resources(read(FULL))

    assert [None, ["${azapi_resource.voice_eus2_realtime}"], None] == [
        one.get("depends_on") for one in made.values() if one["type"] == DEPLOYMENT
    ]


def test_the_lock_that_outlives_its_call_is_waited_for():
    regular = [one["retry"] for one in resources(read(FULL)).values() if "retry" in one]

    assert [{"error_message_regex": ["RequestConflict"]}] * 5 == regular


def test_a_group_that_is_not_ours_is_looked_up_and_not_made():
    program = read(desired(account()))

    (found,) = program["data"]
    assert SCOPE.resource_group == found["azapi_resource"]["group"]["name"]
    assert ["voice_eus2"] == list(resources(program))


def test_the_provider_and_its_version_are_pinned():
    (settings,) = read(FULL)["terraform"]

    wanted = {"source": "Azure/azapi", "version": "~> 2.3"}
    assert wanted == settings["required_providers"][0]["azapi"]


NASTY = [
    "${x}",
    "%{ if x }",
    '"',
    "\\",
    "a\nb\r\tc",
    "\x00\u2028\U000e0001",
    "$",
    "$${x}",
    "%%%{x}",
    "🎤",
]


@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_what_hcl_gives_a_meaning_stays_text(value):
    (made,) = accounts(read(desired(group(), account(tags={"note": value}))))

    assert value == made["tags"]["note"]


@given(st.text())
def test_a_quoted_text_has_no_line_break_and_one_end(value):
    written = terraform.quoted(value)

    assert 1 == len(written.splitlines())
    assert value == plain(written)


def run_terraform(*arguments, **options):
    command = [str(TERRAFORM), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # noqa: S603


@needs_terraform
@pytest.mark.parametrize(
    "state", [FULL, desired(account("a")), desired(group())], ids=["full", "no group", "empty"]
)
def test_terraform_fmt_has_nothing_to_change(state, tmp_path):
    file = tmp_path / "main.tf"
    file.write_text(terraform.text(state), encoding="utf-8")

    done = run_terraform("fmt", "-check", "-diff", str(file))
    assert (0, "") == (done.returncode, done.stdout)


@needs_terraform
@pytest.mark.long
def test_terraform_itself_reads_the_same_texts(tmp_path):
    # In base 64, for the console writes texts with escapes of its own.
    texts = ", ".join(terraform.quoted(one) for one in NASTY)
    asked = f'join(" ", [for one in [{texts}] : base64encode(one)])'

    told = run_terraform("console", cwd=tmp_path, input=asked).stdout.strip().strip('"')
    assert NASTY == [base64.b64decode(one).decode() for one in told.split()]


@pytest.mark.parametrize("value", ["for", "true", "null", "a b", "a.b", "1a"])
def test_a_key_that_hcl_reads_otherwise_is_quoted(value):
    assert f"{json.dumps(value)} = 1" in terraform.literal({value: 1})
