"""The rules for portal forms: arm-ttk's for createUiDefinition as far as they apply to a form, each under its name there."""

import re

import pytest
from arm.files import ELEMENTS, FORM, OUTPUTS, STEPS, TEMPLATE, walk

from deployer.export.model_choices import choices

ASKED = {at: one for at, one in ELEMENTS.items() if not one["type"].endswith("InfoBox")}
REFERENCE = re.compile(r"steps\('(\w+)'\)\.(\w+)")
FUNCTIONS = {
    "coalesce", "concat", "contains", "empty", "guid", "if", "parse", "replace", "split", "steps", "substring",
}  # fmt: skip
KINDS = {
    "Microsoft.Common.CheckBox", "Microsoft.Common.DropDown", "Microsoft.Common.InfoBox",
    "Microsoft.Common.OptionsGroup", "Microsoft.Common.ResourceScope", "Microsoft.Common.Slider",
    "Microsoft.Common.TagsByResource", "Microsoft.Common.TextBox",
}  # fmt: skip


def elements(*kinds):
    return [
        pytest.param(one, id=one["name"])
        for one in ASKED.values()
        if not kinds or one["type"].rpartition(".")[2] in kinds
    ]


def test_outputs_must_be_present_in_template_parameters_and_the_other_way_round():
    assert list(OUTPUTS) == list(TEMPLATE["parameters"])


def test_ui_definition_should_have_schema():
    assert FORM["$schema"] == (
        "https://schema.management.azure.com/schemas/2021-09-09/uiFormDefinition.schema.json#"
    )
    assert FORM["view"]["kind"] == "Form"


def test_location_should_be_in_outputs():
    outputs = FORM["view"]["outputs"]

    assert outputs["kind"] == "ResourceGroup"
    assert outputs["resourceGroupId"] == "[steps('basics').resourceScope.resourceGroup.id]"
    assert outputs["location"] == "[steps('basics').resourceScope.location.name]"


@pytest.mark.parametrize("name", OUTPUTS)
def test_controls_in_outputs_must_exist(name):
    referred = set(REFERENCE.findall(OUTPUTS[name]))

    assert referred
    assert referred <= set(ASKED)


def test_every_question_is_used():
    said = {found for text in OUTPUTS.values() for found in REFERENCE.findall(text)}

    assert set(ASKED) - said == {("basics", "resourceScope")}


def test_only_functions_and_elements_that_are_documented():
    texts = [
        value for _, value in walk(FORM) if isinstance(value, str) and re.match(r"\[\w+\(", value)
    ]
    called = {name for text in texts for name in re.findall(r"(\w+)\(", text)}

    assert called == FUNCTIONS
    assert {one["type"] for one in ELEMENTS.values()} == KINDS


def test_names_are_unique():
    names = [one["name"] for step in STEPS for one in step["elements"]]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("element", elements("DropDown", "OptionsGroup"))
def test_allowed_values_should_actually_be_allowed(element):
    offered = [one["value"] for one in element["constraints"]["allowedValues"]]
    rules = TEMPLATE["parameters"][element["name"]]

    assert set(offered) <= set(rules.get("allowedValues", offered))


@pytest.mark.parametrize("element", elements("DropDown", "OptionsGroup"))
def test_what_is_chosen_at_first_is_the_templates_default(element):
    labels = {one["label"]: one["value"] for one in element["constraints"]["allowedValues"]}
    chosen = element["defaultValue"]
    values = [labels[one] for one in chosen] if isinstance(chosen, list) else labels[chosen]

    assert values == TEMPLATE["parameters"][element["name"]]["defaultValue"]


@pytest.mark.parametrize("element", elements("TextBox"))
def test_textboxes_are_well_formed_and_validations_must_have_message(element):
    for validation in element["constraints"]["validations"]:
        re.compile(validation["regex"])
        assert validation["message"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("accountName", ("oai-1a2b3c4d", "ab"), ("", "a", "-ab", "a_b", "x" * 65)),
        ("principalIds", ("", "11111111-1111-4111-8111-111111111111", "11111111-1111-4111-8111-111111111111, 22222222-2222-4222-8222-222222222222"), ("me@example.com", ",")),
        ("accounts", ("", "[]", '[{"name": "a"}]'), ("{}", "none")),
    ],
    ids=["account-name", "object-ids", "json"],
)  # fmt: skip
def test_a_text_box_takes_what_is_right_and_nothing_else(name, good, bad):
    (element,) = (one for one in ASKED.values() if one["name"] == name)
    pattern = element["constraints"]["validations"][0]["regex"]

    assert [one for one in good if not re.search(pattern, one)] == []
    assert [one for one in bad if re.search(pattern, one)] == []


@pytest.mark.parametrize("element", elements())
def test_tooltips_should_be_present(element):
    assert element.get("toolTip") or element["location"]["toolTip"]


def test_ui_definition_must_not_have_blanks():
    assert [path for path, value in walk(FORM) if value in ("", {}, []) or value is None] == []


def test_password_boxes_and_credentials_are_none():
    assert not [
        one for one in ELEMENTS.values() if "Password" in one["type"] or "Credential" in one["type"]
    ]


def test_the_slider_stays_within_the_templates_limits():
    slider, rules = ELEMENTS["models", "capacity"], TEMPLATE["parameters"]["capacity"]

    assert (slider["min"], slider["defaultValue"]) == (rules["minValue"], rules["defaultValue"])


def test_every_model_is_offered_and_a_retired_one_is_called_so():
    labels = {
        one["value"]: one["label"]
        for one in ELEMENTS["models", "models"]["constraints"]["allowedValues"]
    }

    assert set(labels) == {one.value for one in choices()}
    assert {value for value, label in labels.items() if "RETIRED 2026-03-24" in label} == {
        f"gpt-4o-{name}-preview@2024-12-17"
        for name in ("audio", "mini-audio", "realtime", "mini-realtime")
    }
