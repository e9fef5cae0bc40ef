"""What is refused when a template is opened, whatever would become of it later."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import Any

import pytest
from emulator.arm_client import ACCOUNT
from emulator.templates.language import opened
from emulator.templates.templates import (
    RUN,
    SERIAL,
    account,
    deployments,
    request,
    template,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.positions import position


def refused(what, **given):
    with pytest.raises(TemplateInvalid) as invalid:
        opened(what, **given)
    return invalid.value


def output(value, kind="string", **more):
    return {"it": {"type": kind, "value": value, **more}}


ASKS = "[reference('voice').endpoint]"
FUNCTION = {"parameters": [{"name": "w", "type": "string"}], "output": {"type": "string", "value": "[parameters('w')]"}}  # fmt: skip


def functions(**changes):
    return [{"namespace": "our", "members": {"f": {**FUNCTION, **changes}}}]


@pytest.mark.parametrize(
    ("what", "path", "why"),
    [
        (template(account(properties={"a": "[nosuch(1)]"})), "resources.0.properties.a", "'nosuch' is not valid"),
        (template(account(condition="[equals(1, 2)]", tags={"a": "[nosuch()]"})), "resources.0.tags.a", "'nosuch' is not valid"),
        (template(account(tags={"[nosuch()]": "a"})), "resources.0.tags.[nosuch()]", "'nosuch' is not valid"),
        (template(account(properties={"a": "[if(true(), 1, nosuch())]"})), "resources.0.properties.a", "'nosuch' is not valid"),
        (template(account(properties={"a": "[newGuid()]"})), "resources.0.properties.a", "'newGuid' is not expected at this location"),
        (template(account(name="[reference('x').name]")), "resources.0.name", "'reference' is not expected"),
        (template(account(condition="[equals(listKeys('x', '1').key1, 'a')]")), "resources.0.condition", "'listKeys' is not expected"),
        (template(account(tags={"a": "[copyIndex()]"})), "resources.0.tags.a", "'copyIndex' is not expected"),
        (template(deployments(2, tags={"a": "[copyIndex('other')]"})), "resources.0.tags.a", "'copyIndex' is not expected"),
        (template(variables={"a": "[nosuch()]"}), "variables.a", "'nosuch' is not valid"),
        (template(variables={"a": ASKS}), "variables.a", "'reference' is not expected"),
        (template(variables={"copy": [{"name": "a", "count": 1, "input": "[nosuch()]"}]}), "variables.copy.0.input", "'nosuch' is not valid"),
        (template(parameters={"a": {"type": "string", "defaultValue": "[variables('b')]"}}, variables={"b": 1}), "parameters.a.defaultValue", "'variables' is not expected"),
        (template(outputs=output("[nosuch(1)]")), "outputs.it.value", "'nosuch' is not valid"),
        (template(outputs=output("[concat('a' 'b')]")), "outputs.it.value", "expected token 'Comma' and actual 'StringLiteral'"),
        (template(outputs=output("[concat('a']")), "outputs.it.value", "expected token 'Comma' and actual 'EndOfData'"),
        (template(outputs=output("[utcNow()]")), "outputs.it.value", "'utcNow' is not expected"),
        (template(outputs=output("[add(1)]")), "outputs.it.value", "it takes (int int), not 1 arguments"),
        (template(outputs=output("[lambda('x', 1)]")), "outputs.it.value", "'lambda' is not expected"),
        (template(outputs=output("[concat('a', lambda('x', 1))]")), "outputs.it.value", "'lambda' is not expected"),
        (template(outputs=output("[map(createArray(), lambda('x', lambdaVariables('y')))]")), "outputs.it.value", "lambda variable 'y' is not found"),
        (template(outputs=output("[our.g(1)]"), functions=functions()), "outputs.it.value", "'our.g' is not valid"),
        (template(outputs=output("[our.f()]"), functions=functions()), "outputs.it.value", "it takes 1 arguments, not 0"),
        (template(functions=functions(output={"type": "string"})), "functions.0.members.f", "its output needs a value"),
        (template(functions=functions(output={"value": "[variables('v')]"}), variables={"v": 1}), "functions.0.members.f.output.value", "'variables' is not expected"),
        (template(functions=functions(output={"value": ASKS})), "functions.0.members.f.output.value", "'reference' is not expected"),
        (template(outputs={"it": {"type": "string"}}), "outputs.it", "it needs a value"),
        (template(outputs=output("a", "number")), "outputs.it.type", "it has the unknown type 'number'"),
        (template(outputs={"a": 5}), "outputs.a", "it has a form that is not expected here"),
        (template(account(condition="perhaps")), "resources.0", "neither true nor false"),
        (template(account(properties={"a": "[add('1', '2')]"})), "resources.0", "'The template resource 'voice' is not valid: Unable to"),
        (template(account(properties={"a": "[add('1', '2')]"})), "resources.0", "Unable to evaluate template language function 'add'"),
        (template(account(properties={"copy": [5]})), "resources.0", "it has a form that is not expected here"),
        (template(deployments(2, loop={"mode": "zz"})), "resources.0", "mode 'zz'"),
        (template(deployments(2, loop={"mode": "serial", "batchSize": 0})), "resources.0", "batch size '0'"),
        (template(deployments(2, loop={"mode": "serial", "batchSize": "1"})), "resources.0", "batch size '1'"),
        (template(deployments(True)), "resources.0", "copy count 'True'"),
        (template(outputs=output("[" + "first(" * 3000 + "'a'" + ")" * 3000 + "]")), "outputs.it", "nested too deeply"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_right_is_refused_with_its_place(what, path, why):
    invalid = refused(what)

    assert (".".join(map(str, invalid.path)), invalid.code) == (path, "InvalidTemplate")
    assert why in invalid.message


@pytest.mark.parametrize(
    ("what", "path", "why"),
    [
        (template(outputs=output("[parameters('none')]")), "outputs.it", "parameter 'none' is not found"),
        (template(outputs=output("[variables('none')]")), "outputs.it", "variable 'none' is not found"),
        (template(outputs=output("[extensionResourceId('/x', 'Microsoft.A/b', 'c', 'd')]")), "outputs.it", "extensionResourceId"),
        (template(outputs=output("a", "int")), "outputs.it", "Expected 'int'. Actual 'String'"),
        (template(outputs=output("[true()]", "int")), "outputs.it", "Expected 'int'. Actual 'Boolean'"),
        (template(outputs=output("[null()]", "object")), "outputs.it", "Expected 'object'. Actual 'Null'"),
        (template(outputs=output("a", condition="perhaps")), "outputs.it", "neither true nor false"),
    ],
)  # fmt: skip
def test_an_output_without_a_value_is_told_when_the_run_has_ended(what, path, why):
    with pytest.raises(TemplateInvalid) as invalid:
        opened(what).outputs({})

    assert ".".join(map(str, invalid.value.path)) == path
    assert why in invalid.value.message


WHOLE = template(
    account(tags={"a": "[parameters('p')]"}, resources=[{"type": "deployments", "name": "d", "apiVersion": "1"}]),
    deployments(2, loop=SERIAL),
    account("b", properties={"copy": [{"name": "x", "count": 2, "input": "[copyIndex('x')]"}]}, scope="/x"),
    {"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "inner", "resourceGroup": "g", "properties": {"mode": "Incremental", "template": template(), "parameters": {}}},
    parameters={"p": {"type": "string", "defaultValue": "[newGuid()]"}, "q": {"type": "int", "minValue": 1, "maxValue": 9, "defaultValue": 3}},
    variables={"v": "[variables('w')]", "w": {"a": [1]}, "copy": [{"name": "c", "count": 2, "input": "[copyIndex('c')]"}]},
    functions=functions(),
    outputs={**output("[our.f('x')]", condition=True), "many": {"type": "array", "copy": {"count": 2, "input": "[copyIndex()]"}}},
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, 5, -1, True, "", "x", 1.5, [], {}, [None], [[]], {"a": 5}, {"copy": 5}, {"copy": [5]}, {"name": None}, "[",
    "[copyIndex()]", "[reference('voice')]", "[first(reference('voice'))]", "[createObject('a', 1)]", "[null()]", "[1]",
    "[range(0, 3)]", "[parameters('p')]", "[json('{')]",
)  # fmt: skip


def places(part, path=()):
    members = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()  # fmt: skip
    for key, value in members:
        yield (*path, key)
        yield from places(value, (*path, key))


@settings(max_examples=150)
@given(path=st.sampled_from(list(places(WHOLE))), odd=st.sampled_from(ODD))
def test_whatever_stands_in_a_template_it_is_opened_or_refused(path, odd):
    changed = copy.deepcopy(WHOLE)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = odd

    with contextlib.suppress(TemplateInvalid):
        opened(changed)


def test_what_only_the_cloud_knows_is_left_for_the_run():
    what = template(account(), outputs=output(f"[concat({ASKS[1:-1]}, 'a')]", "int"))

    assert opened(what).declared_outputs


def test_an_expression_that_fails_while_it_runs_names_the_resource_by_its_id():
    whole = opened(template(account(), account("b", tags={"a": "[first(reference('voice'))]"})))
    voice, late = whole.resources
    with pytest.raises(TemplateInvalid) as invalid:
        whole.body(late, {("reference", voice.id, ""): {"properties": {"a": 1}}})

    assert invalid.value.message.startswith(
        f"Unable to process template language expressions for resource '{late.id}'. 'Unable to "
    )


def test_an_output_that_may_be_null_may_be_null():
    assert opened(template(outputs=output("[null()]", nullable=True))).outputs({}) == {
        "it": {"type": "String", "value": None}
    }


def test_an_inner_template_is_checked_where_it_runs():
    nested: dict[str, Any] = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2024-03-01",
        "name": "inner",
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": template(outputs=output("[parameters('inner')]")),
        },
    }
    assert opened(template(nested)).resources
    del nested["properties"]["expressionEvaluationOptions"]

    assert refused(template(nested)).path[:3] == ("resources", 0, "properties")


def test_a_secret_in_a_key_vault_is_refused_in_clear_words():
    what = template(parameters={"p": {"type": "secureString"}})
    given = {"p": {"reference": {"keyVault": {"id": "/x"}, "secretName": "s"}}}
    with pytest.raises(TemplateInvalid, match="'p' is a secret in a Key Vault") as invalid:
        opened_with(what, given)

    assert invalid.value.code == "InvalidDeploymentParameterValue"


def opened_with(what, given):
    from emulator.templates.language import PLACE, once

    from deployer.emulator.templates.template import open_template

    return open_template(what, given, PLACE, once())


def test_no_message_repeats_a_secret():
    what = template(
        account(tags={"a": "[int(parameters('p'))]"}), parameters={"p": {"type": "secureString"}}
    )

    assert "hunter2" not in refused(what, p="hunter2").message


def test_lines_and_columns_are_those_of_the_text():
    text = '{ // a comment\n  properties: {"a": [1,\n     {"b": 2}]}}'

    assert position(text, ("properties", "a", 1, "b")) == (3, 12)
    assert position(text, ("properties", "a", 1, "nothing")) == (3, 6), "the innermost there is"
    assert position(text, ()) == (1, 1)
    assert position("{", ("a",)) == (1, 1)


@pytest.mark.parametrize("suffix", ["", "/validate", "/whatIf"])
def test_the_answer_says_where_in_the_request(arm, suffix):
    arm.group()
    what = template(account(properties={"a": "[nosuch(1)]"}))
    text = json.dumps(request(what), indent=2)
    line = next(at for at, one in enumerate(text.splitlines(), 1) if "nosuch" in one)
    headers = {"Authorization": f"Bearer {arm.token()}"}

    answer = arm.send(
        "POST" if suffix else "PUT",
        f"{RUN}{suffix}?api-version=2025-04-01",
        raw=text.encode(),
        headers=headers,
    )

    assert (answer.status, answer.code) == (400, "InvalidTemplate")
    assert answer.message == (
        "Deployment template validation failed: 'The template resource 'voice' at line '8' and "
        "column '9' is not valid: The template function 'nosuch' is not valid. Please see "
        "https://aka.ms/arm-functions for usage details.'."
    )
    assert answer.body["error"]["additionalInfo"] == [
        {
            "type": "TemplateViolation",
            "info": {
                "lineNumber": line,
                "linePosition": text.splitlines()[line - 1].index('"[nosuch') + 1,
                "path": "properties.template.resources[0].properties.a",
            },
        }
    ]
    assert arm.get(ACCOUNT).status == 404
