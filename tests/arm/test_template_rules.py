"""The rules of arm-ttk that apply to azuredeploy.json, each under its own name there, and what our own laws ask of it.

Rules: github.com/Azure/arm-ttk, arm-ttk/testcases, read 2026-11. Rules about virtual machines, passwords, artifacts and
nested deployments have nothing here to apply to; `test_there_is_nothing_for_the_other_rules` keeps it so.
"""

import datetime as dt
import json
import re

import pytest
from arm.files import METADATA, PARAMETERS, ROOT, TEMPLATE, strings, walk

from deployer.catalog import api_versions, queries

RESOURCES = TEMPLATE["resources"]
TEXT = (ROOT / "azuredeploy.json").read_text(encoding="utf-8")
EXPRESSIONS = [one for one in strings(TEMPLATE) if one.startswith("[") and not one.startswith("[[")]
MAY_BE_EMPTY = {"resources", "outputs", "variables", "parameters", "functions", "properties", "defaultValue"}  # fmt: skip
OLDEST = dt.timedelta(days=730)
ORDER = [
    "comments", "condition", "scope", "type", "apiVersion", "name", "location", "zones", "tags", "sku", "kind",
    "identity", "copy", "dependsOn", "properties",
]  # fmt: skip


def parameters():
    return [pytest.param(rules, id=name) for name, rules in TEMPLATE["parameters"].items()]


def resources():
    return [pytest.param(one, id=one["type"]) for one in RESOURCES]


def test_json_files_should_be_valid():
    assert TEXT == json.dumps(TEMPLATE, indent=2, ensure_ascii=False) + "\n"


def test_deployment_template_schema_is_correct():
    assert TEMPLATE["$schema"] == (
        "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    )
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", TEMPLATE["contentVersion"])


def test_no_language_version_2_because_template_checkers_do_not_see_into_it():
    assert ("languageVersion" in TEMPLATE, list) == (False, type(RESOURCES))


def test_parameters_property_must_exist():
    assert TEMPLATE["parameters"]


@pytest.mark.parametrize("rules", parameters())
def test_every_parameter_is_described_and_has_a_default(rules):
    assert rules["metadata"]["description"].endswith(".")
    assert "defaultValue" in rules
    assert rules["defaultValue"] != ""


@pytest.mark.parametrize("name", TEMPLATE["parameters"])
def test_parameters_must_be_referenced(name):
    assert any(f"parameters('{name}')" in one for one in EXPRESSIONS)


def test_variables_must_be_referenced():
    declared = {name for name in TEMPLATE["variables"] if name != "copy"}
    declared |= {loop["name"] for loop in TEMPLATE["variables"]["copy"]}

    assert {name for name in declared if f"variables('{name}')" not in TEXT} == set()


def test_expressions_may_not_be_used_as_parameter_or_variable_names():
    names = [*TEMPLATE["parameters"], *TEMPLATE["variables"]]

    assert [name for name in names if name.startswith("[")] == []


def test_parameter_types_should_be_consistent():
    kinds = {"string": str, "bool": bool, "int": int, "array": list, "object": dict}

    for name, rules in TEMPLATE["parameters"].items():
        assert type(rules["defaultValue"]) is kinds[rules["type"]], name


def test_min_and_max_value_are_numbers():
    limits = [
        value
        for path, value in walk(TEMPLATE["parameters"])
        if path and path[-1] in ("minValue", "maxValue", "minLength", "maxLength")
    ]

    assert {type(one) for one in limits} == {int}


@pytest.mark.parametrize("rules", parameters())
def test_a_default_is_among_the_allowed_values(rules):
    assert rules["defaultValue"] in rules.get("allowedValues", [rules["defaultValue"]])


def test_template_should_not_contain_blanks():
    blanks = [
        path
        for path, value in walk(TEMPLATE)
        if (value in ({}, [], "") or value is None) and path[-1] not in MAY_BE_EMPTY
    ]

    assert blanks == []


@pytest.mark.parametrize("resource", resources())
def test_resources_should_have_location_and_location_should_not_be_hardcoded(resource):
    assert resource.get("location", "[").startswith("[")
    assert TEXT.count("resourceGroup().location") == 0


def test_the_region_is_a_parameter_of_its_own_and_location_is_not_restricted():
    assert TEMPLATE["parameters"]["openAiLocation"]["allowedValues"] == ["eastus2", "swedencentral"]
    assert "location" not in TEMPLATE["parameters"]


@pytest.mark.parametrize("resource", resources())
def test_api_versions_should_be_recent(resource):
    day = dt.date.fromisoformat(resource["apiVersion"])

    assert day.isoformat() == resource["apiVersion"], "literal, and no preview"
    if (
        resource["type"] != "Microsoft.Authorization/roleAssignments"
    ):  # 2022-04-01 is its newest stable version
        assert queries.AS_OF - day < OLDEST


def test_one_api_version_for_all_engines():
    assert {one["apiVersion"] for one in RESOURCES} == {
        api_versions.ARM,
        api_versions.AUTHORIZATION,
    }


def test_api_versions_should_be_recent_in_reference_functions():
    stated = re.findall(r"reference\(.*?'(\d{4}-\d\d-\d\d[^']*)'\)", TEXT)

    assert set(stated) == {api_versions.ARM}


def test_providers_api_versions_is_not_permitted():
    assert "providers(" not in TEXT


@pytest.mark.parametrize("resource", resources())
def test_depends_on_best_practices_and_must_not_be_conditional(resource):
    loops = {one["copy"]["name"] for one in RESOURCES}

    assert set(resource.get("dependsOn", [])) <= loops, "names of loops: no concat, no if"


@pytest.mark.parametrize("resource", resources())
def test_properties_are_in_the_order_of_the_guide(resource):
    assert list(resource) == sorted(resource, key=ORDER.index)


def test_ids_should_be_derived_from_resource_ids():
    own = {"principalId", "principalIds"}  # object ids of the directory
    ids = [
        value
        for path, value in walk(
            {"variables": TEMPLATE["variables"], "outputs": TEMPLATE["outputs"]}
        )
        if path and path[-1].lower().endswith("id") and path[-1] not in own
    ]

    assert ids
    for one in ids:
        assert re.match(r"\[(resourceId|subscriptionResourceId)\(", one), one


def test_resource_ids_should_not_contain_what_is_known_already():
    assert not re.search(
        r"resourceId\([^)]*(subscription\(\)|resourceGroup\(\))", TEXT, re.IGNORECASE
    )


def test_dynamic_variable_references_should_not_use_concat():
    assert not re.search(r"variables\(\s*concat\(", TEXT)


def test_deployment_template_must_not_contain_hardcoded_uri():
    hosts = re.findall(r"https?://[^\"']+|[\w.-]+\.azure\.com", TEXT)

    assert hosts == [TEMPLATE["$schema"]]


def test_outputs_must_not_contain_secrets():
    outputs = json.dumps(TEMPLATE["outputs"])

    assert not re.search(r"list\w*\(", TEXT)
    assert not re.search(r"password|secret|key", outputs, re.IGNORECASE)


def test_secure_string_parameters_cannot_have_default():
    assert {rules["type"] for rules in TEMPLATE["parameters"].values()} == {
        "string", "bool", "int", "array", "object",
    }  # fmt: skip


def test_there_is_nothing_for_the_other_rules():
    assert {one["type"].split("/")[0] for one in RESOURCES} == {
        "Microsoft.CognitiveServices",
        "Microsoft.Authorization",
    }
    assert "Microsoft.Resources/deployments" not in TEXT, "what-if stops at nested deployments"
    assert not {"adminUsername", "adminPassword", "_artifactsLocation"} & set(
        TEMPLATE["parameters"]
    )


def test_one_loop_writes_every_deployment_and_one_at_a_time():
    (deployments,) = (one for one in RESOURCES if one["type"].endswith("/deployments"))

    assert deployments["copy"] == {
        "name": "deployments",
        "count": "[length(variables('deployments'))]",
        "mode": "serial",
        "batchSize": 1,
    }


def test_whoever_changes_nothing_gets_no_keys():
    assert TEMPLATE["parameters"]["disableLocalAuth"]["defaultValue"] is True


def test_by_default_no_model_is_retired_and_the_first_ones_are_named_as_retired():
    models = TEMPLATE["parameters"]["models"]

    assert not [one for one in models["defaultValue"] if "2024-12-17" in one]
    for name in ("audio", "mini-audio", "realtime", "mini-realtime"):
        said = f"gpt-4o-{name}-preview@2024-12-17 (retired 2026-03-24)"
        assert said in models["metadata"]["description"]


def test_deployment_parameters_schema_is_correct_and_each_has_a_value():
    assert PARAMETERS["$schema"].endswith("2019-04-01/deploymentParameters.json#")
    assert PARAMETERS["contentVersion"] == "1.0.0.0"
    assert set(PARAMETERS["parameters"]) <= set(TEMPLATE["parameters"])
    assert {tuple(one) for one in PARAMETERS["parameters"].values()} == {("value",)}


def test_metadata_is_as_the_quickstarts_ask():
    longest = {"itemDisplayName": 60, "summary": 200, "description": 1000}

    assert METADATA["$schema"] == "https://aka.ms/azure-quickstart-templates-metadata-schema#"
    assert METADATA["type"] == "QuickStart"
    assert {
        name: len(METADATA[name]) for name in longest if len(METADATA[name]) > longest[name]
    } == {}
    assert dt.date.fromisoformat(METADATA["dateUpdated"]) >= dt.date(2026, 11, 22)
    assert METADATA["environments"] == ["AzureCloud"]
