from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from config.files import ACCOUNT, HEAD, MINIMAL, SUBSCRIPTION, codes, loaded, problems_of, write

from deployer.config import load
from deployer.config.clouds import EMULATOR_SUBSCRIPTION, EXAMPLE_PRINCIPAL, NEWEST_SNAPSHOT
from deployer.config.configuration import OnRetired, Successor
from deployer.core.checks import AudioSettings, RealtimeSettings, SmokeSettings
from deployer.core.resources import ModelVersion, Sku
from deployer.core.state import SoftDelete
from deployer.core.unique_string import unique_string
from deployer.emulator.state.catalogue import snapshot_dates
from deployer.emulator.state.records import SUBSCRIPTION as THE_EMULATORS
from deployer.errors import ConfigurationInvalid, UsageError

CONFIGS = Path(__file__).parents[2] / "configs"
MODEL = "gpt-audio@2025-08-28"


def deployment(folder, written, above=""):
    (one,) = (
        loaded(folder, f"{above}{MINIMAL}    deployments:\n      - {written}\n")
        .accounts[0]
        .deployments
    )
    return one


def test_a_file_that_says_little_has_safe_defaults(tmp_path):
    config = loaded(tmp_path, HEAD + ACCOUNT.replace("auth: keys", "customSubDomainName: a1-x"))
    (account,) = config.accounts

    assert ("AzureCloud", "sdk", True, OnRetired.FAIL, dt.timedelta(days=90), SmokeSettings()) == (
        config.cloud,
        config.engine,
        config.resource_group.manage,
        config.lifecycle.on_retired,
        config.lifecycle.warn_within,
        config.smoke,
    )
    assert ("AIServices", "S0", "entra", "Enabled", SoftDelete.RECOVER, ()) == (
        account.kind,
        account.sku,
        account.auth,
        account.public_network_access,
        account.soft_delete,
        account.deployments,
    )


def test_a_deployment_has_safe_defaults(tmp_path):
    one = deployment(tmp_path, f"{{name: d, model: {MODEL}}}")

    assert (Sku("GlobalStandard", 1), "NoAutoUpgrade", None) == (
        one.sku,
        one.version_upgrade_option,
        one.rai_policy_name,
    )


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("model: gpt-4o-audio-preview@2024-12-17", id="short"),
        pytest.param('model: "gpt-4o-audio-preview@2024-12-17"', id="short and quoted"),
        pytest.param("model: {name: gpt-4o-audio-preview, version: 2024-12-17}", id="long"),
        pytest.param(
            'model: {format: OpenAI, name: gpt-4o-audio-preview, version: "2024-12-17"}',
            id="long and quoted",
        ),
    ],
)
def test_a_version_stays_text_in_every_form(tmp_path, written):
    assert ModelVersion("gpt-4o-audio-preview", "2024-12-17") == (
        deployment(tmp_path, f"{{name: d, {written}}}").model
    )


def test_a_version_that_looks_like_a_number_is_what_was_written(tmp_path):
    assert (
        "0613"
        == deployment(tmp_path, "{name: d, model: {name: gpt-audio, version: 0613}}").model.version
    )


@pytest.mark.parametrize(
    ("written", "defaults", "expected"),
    [
        pytest.param("capacity: 3", "", Sku("GlobalStandard", 3), id="capacity alone"),
        pytest.param("sku: Other", "", Sku("Other", 1), id="name alone"),
        pytest.param("sku: {name: Other, capacity: 4}", "", Sku("Other", 4), id="both in one"),
        pytest.param("sku: Other, capacity: 4", "", Sku("Other", 4), id="both apart"),
        pytest.param(
            "capacity: 2",
            "defaults: {deployment: {sku: {name: Other, capacity: 5}}}\n",
            Sku("Other", 2),
            id="own capacity over the default's",
        ),
        pytest.param(
            "sku: Mine",
            "defaults: {deployment: {sku: {name: Other, capacity: 5}}}\n",
            Sku("Mine", 5),
            id="own name and the default's capacity",
        ),
    ],
)
def test_a_sku_may_be_written_short_or_long(tmp_path, written, defaults, expected):
    assert expected == deployment(tmp_path, f"{{name: d, model: {MODEL}, {written}}}", defaults).sku


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("a@1", [("a@1", None)], id="one"),
        pytest.param("[a@1, b@2]", [("a@1", None), ("b@2", None)], id="several"),
        pytest.param("{model: a@1, capacity: 7}", [("a@1", 7)], id="one with capacity"),
        pytest.param(
            "[{model: {name: a, version: 1}, capacity: 7}, b@2]",
            [("a@1", 7), ("b@2", None)],
            id="mixed",
        ),
    ],
)
def test_successors_may_be_written_in_every_form(tmp_path, written, expected):
    text = written.replace("a@", "gpt-audio@").replace("name: a", "name: gpt-audio")
    one = deployment(
        tmp_path, f"{{name: d, model: {MODEL}, successor: {text.replace('b@', 'gpt-audio-mini@')}}}"
    )

    names = {"a": "gpt-audio", "b": "gpt-audio-mini"}
    assert [
        Successor(ModelVersion(names[model[0]], model[2]), capacity) for model, capacity in expected
    ] == list(one.successors)


def test_references_say_what_the_element_is(tmp_path):
    text = (
        HEAD
        + 'defaults: {account: {customSubDomainName: "${name}-${unique}"}}\n'
        + "tags: {where: '${location}', what: '${name}'}\n"
        + "accounts:\n"
        + "  - {name: '${name}-${location}', location: swedencentral, tags: {who: '${name}'}}\n"
    )
    config = loaded(tmp_path, text)
    (account,) = config.accounts
    unique = unique_string(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg")[:8]

    assert {"where": "eastus2", "what": "x"} == config.tags
    assert ("x-swedencentral", f"x-swedencentral-{unique}", {"who": "x-swedencentral"}) == (
        account.name,
        account.custom_sub_domain_name,
        account.tags,
    )


def test_a_reference_is_checked_once_it_is_filled_in(tmp_path):
    text = HEAD + "accounts: [{name: a_b, location: eastus2, customSubDomainName: '${name}'}]\n"

    assert ["config.bad-value"] == codes(tmp_path, text)


def test_variables_are_filled_in_wherever_a_value_stands(tmp_path):
    text = (
        MINIMAL.replace("name: x", "name: ${NAME}")
        + "    deployments:\n"
        + f'      - {{name: "d-${{TAIL:-one}}", model: {MODEL}, capacity: "${{UNITS}}"}}\n'
    )
    config = loaded(tmp_path, text, environ={"NAME": "voice", "UNITS": "7"})
    (one,) = config.accounts[0].deployments

    assert ("voice", "d-one", 7) == (config.name, one.name, one.sku.capacity)


def test_what_a_variable_holds_is_only_text(tmp_path):
    text = HEAD + 'tags: {a: "${EVIL}"}\n' + ACCOUNT

    config = loaded(tmp_path, text, environ={"EVIL": "x}\nname: other # *a"})

    assert ("x", {"a": "x}\nname: other # *a"}) == (config.name, config.tags)


def test_what_a_variable_holds_is_not_filled_in_again(tmp_path):
    path = write(tmp_path, HEAD + 'tags: {a: "${LOOP}"}\n' + ACCOUNT)

    assert ["config.bad-reference"] == [
        one.code for one in problems_of(path, {"LOOP": "${location}"})
    ]


def test_accounts_can_be_like_each_other(tmp_path):
    text = MINIMAL + (
        "    deployments:\n"
        f"      - {{name: one, model: {MODEL}, tags: {{at: '${{location}}'}}}}\n"
        f"      - {{name: two, model: {MODEL}}}\n"
        "  - {name: a2, location: swedencentral, auth: keys, deployments: {like: A1, except: [two]}}\n"
        "  - {name: a3, location: eastus2, auth: keys, deployments: {like: a2}}\n"
    )
    accounts = loaded(tmp_path, text).accounts

    assert [["one", "two"], ["one"], ["one"]] == [[d.name for d in a.deployments] for a in accounts]
    assert "swedencentral" == accounts[1].deployments[0].tags["at"]


def test_lengths_of_time_are_read(tmp_path):
    text = MINIMAL + (
        "lifecycle: {warnWithin: 120d}\n"
        "smoke:\n"
        "  timeout: 2m\n  waitForRoles: 1h\n"
        "  audio: {say: Hello., voices: [echo, alloy], firstAudioWithin: 3s}\n"
        "  realtime: {protocol: ga, firstAudioWithin: 2s}\n"
    )
    config = loaded(tmp_path, text)

    assert dt.timedelta(days=120) == config.lifecycle.warn_within
    assert SmokeSettings(
        120.0, 3600.0, AudioSettings("Hello.", ("echo", "alloy"), 3.0), RealtimeSettings("ga", 2.0)
    ) == (config.smoke)


def test_the_command_line_beats_the_file(tmp_path):
    config = loaded(tmp_path, MINIMAL, cloud="AzureUSGovernment", engine="arm")

    assert ("AzureUSGovernment", "arm") == (config.cloud, config.engine)


@pytest.mark.parametrize(
    "override",
    [
        pytest.param({"cloud": "emulato"}, id="unknown cloud"),
        pytest.param({"cloud": "emulator@2026-02-30"}, id="no such day"),
        pytest.param({"engine": "terraform"}, id="unknown engine"),
    ],
)
def test_an_override_that_cannot_be_is_a_matter_of_the_command_line(tmp_path, override):
    with pytest.raises(UsageError) as refused:
        loaded(tmp_path, MINIMAL, **override)

    assert refused.value.hint


REHEARSED = (
    MINIMAL.replace(SUBSCRIPTION, "${AZURE_SUBSCRIPTION_ID}")
    + '    roles: [{principal: "${API_IDENTITY_ID}", can: use}]\n'
)


def test_a_rehearsal_needs_no_variables_of_azure(tmp_path):
    config = loaded(tmp_path, REHEARSED, cloud="emulator")

    assert (EMULATOR_SUBSCRIPTION, EXAMPLE_PRINCIPAL, ["config.example-principal"]) == (
        config.subscription,
        config.accounts[0].roles[0].principal,
        [one.code for one in config.problems],
    )


def test_a_rehearsal_stays_in_the_emulator_s_subscription(tmp_path):
    assert (
        EMULATOR_SUBSCRIPTION == loaded(tmp_path, MINIMAL, cloud="emulator@2026-04-23").subscription
    )


def test_azure_needs_the_variables(tmp_path):
    with pytest.raises(ConfigurationInvalid) as invalid:
        loaded(tmp_path, REHEARSED)

    assert ["config.unresolved-variable"] * 2 == [one.code for one in invalid.value.problems]  # type: ignore[attr-defined]


def test_what_is_known_of_the_emulator_is_true():
    assert (THE_EMULATORS, snapshot_dates()[-1]) == (EMULATOR_SUBSCRIPTION, NEWEST_SNAPSHOT)


def test_the_digest_follows_from_what_is_said_not_how(tmp_path):
    first = loaded(tmp_path, MINIMAL).digest
    reformatted = loaded(
        tmp_path, "# a comment\n" + MINIMAL.replace("name: x", "name:   'x'")
    ).digest
    changed = loaded(tmp_path, MINIMAL.replace("name: x", "name: y")).digest

    assert first == reformatted
    assert first != changed


def test_the_digest_covers_what_is_extended(tmp_path):
    digests = []
    for location in ("eastus2", "swedencentral"):
        write(tmp_path, MINIMAL.replace("eastus2", location), "base.yaml")
        digests.append(loaded(tmp_path, "extends: base.yaml\n").digest)

    assert digests[0] != digests[1]


def test_the_digest_is_the_same_in_one_file_or_two(tmp_path):
    write(tmp_path, MINIMAL, "base.yaml")

    assert loaded(tmp_path, MINIMAL).digest == loaded(tmp_path, "extends: base.yaml\n").digest


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_configuration_of_the_project_can_be_used(path):
    config = load(path, environ={"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION})

    assert f"voice-{path.stem}" == config.name
    assert {"model.retired"} >= {one.code for one in config.problems}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_configuration_starts_with_the_editor_s_comment(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert "# yaml-language-server: $schema=../docs/deployer.schema.json" == first


@pytest.mark.parametrize(
    ("name", "per_account"), [("local", [2, 2]), ("dev", [2]), ("prod", [4, 4])]
)
def test_the_configurations_hold_what_they_promise(name, per_account):
    config = load(CONFIGS / f"{name}.yaml", environ={}, cloud="emulator@2025-02-06")

    assert per_account == [len(account.deployments) for account in config.accounts]
    assert len({one.model for a in config.accounts for one in a.deployments}) == min(
        4, sum(per_account)
    )


def test_a_configuration_can_be_loaded_from_a_copy(tmp_path):
    shutil.copy(CONFIGS / "local.yaml", tmp_path / "mine.yaml")

    assert "voice-local" == load(tmp_path / "mine.yaml", environ={}).name
