"""The template language: expressions, functions, parameters, loops, dependencies, and Azure's own hashes."""

from __future__ import annotations

import pytest
from emulator.templates.language import S, opened, value
from emulator.templates.templates import account, deployments, template

from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.hashing import guid, minified, template_hash, unique_string


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # Azure/bicep, src/Bicep.Cli.IntegrationTests: SnapshotCommandTests.cs, JsonRpcCommandTests.cs (the real engine).
        ((f"{S}/resourceGroups/myRg",), "js26ofeqkqeve"),
        (("/subscriptions/11068ed9-6c31-4a47-8183-4eca6d84bb32/resourceGroups/myRg",), "pwt7yebfrftwu"),
        # JasonWhall/go-azure-uniquestring and the self-test of a public uniquestring.sh.
        (("hello", "world"), "a7wkljktk6wne"),
        (("test",), "rbgf3xv4ufgzg"),
        (("abc",), "cgtzqvhu4i23s"),
        (("foo", "bar", "baz"), "xzi4ioaxtmth4"),
        ((f"{S}/resourceGroups/my-rg",), "bmg7c6xu4tw46"),
    ],
)  # fmt: skip
def test_unique_strings_are_azures_own(parts, expected):
    assert unique_string(*parts) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("a", "b", "c"), "a98fa280-e03f-5afa-8d8e-92d0a9c201e8"),
        (("test",), "d6a5baf1-8b9b-542a-8525-2982f1f98a0c"),
    ],
)
def test_guids_are_those_of_the_documented_namespace(parts, expected):
    assert guid(*parts) == expected


def test_a_templates_hash_is_azures_own():
    """Recorded: Azure/azure-cli, test_group_deployment_lite."""
    lite = {
        "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "resources": [],
    }

    assert template_hash(lite) == "3965660584125802942"


def test_a_template_is_hashed_in_azures_order():
    # Azure, 2026-04: what fourteen recorded templates and hashes agree on.
    as_bicep_writes_it = {
        "$schema": "s",
        "languageVersion": "2.0",
        "contentVersion": "1.0.0.0",
        "metadata": {"_generator": {"name": "bicep", "version": "1", "templateHash": "5"}},
        "parameters": {"p": {"type": "string", "nullable": True, "defaultValue": "x", "minLength": 1}},
        "resources": {
            "a": {"type": "t", "name": "n", "properties": {"type": 1, "a": 2}, "dependsOn": [], "kind": "k", "sku": {}}
        },
        "outputs": {"o": {"type": "string", "value": "v", "nullable": True}},
    }  # fmt: skip

    assert minified(as_bicep_writes_it) == (
        '{"$SCHEMA":"S","LANGUAGEVERSION":"2.0","CONTENTVERSION":"1.0.0.0",'
        '"PARAMETERS":{"P":{"MINLENGTH":1,"DEFAULTVALUE":"X","NULLABLE":TRUE,"TYPE":"STRING"}},'
        '"RESOURCES":{"A":{"TYPE":"T","NAME":"N","DEPENDSON":[],"SKU":{},"KIND":"K",'
        '"PROPERTIES":{"TYPE":1,"A":2}}},'
        '"OUTPUTS":{"O":{"NULLABLE":TRUE,"TYPE":"STRING","VALUE":"V"}},'
        '"METADATA":{"_GENERATOR":{"NAME":"BICEP","VERSION":"1","TEMPLATEHASH":"5"}}}'
    )


def test_the_hash_that_bicep_wrote_into_a_template_is_not_hashed():
    def generated(**more):
        return {"resources": [], "metadata": {"_generator": {"name": "bicep", **more}}}

    assert template_hash(generated(templateHash="1")) == template_hash(generated())
    assert template_hash(generated(version="2")) != template_hash(generated())


def test_the_hash_of_an_empty_template_of_a_subscription_is_azures():
    # azd, Test_CLI_InfraCreateAndDelete (2026-04-09).
    schema = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
    empty = {"$schema": schema, "contentVersion": "1.0.0.0", "parameters": {}, "variables": {}, "resources": [], "outputs": {}}  # fmt: skip

    assert template_hash(empty) == "14737569621737367585"


@pytest.mark.parametrize(
    "odd", [[], "x", {"resources": 1, "metadata": []}, {"parameters": {"p": 1}}]
)
def test_whatever_is_no_template_has_a_hash_all_the_same(odd):
    assert template_hash(odd).isdigit()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("plain", "plain"),
        ("[[literal]", "[literal]"),
        ("[concat('it''s ', 1)]", "it's 1"),
        ("[concat(createArray(1), createArray('b'))]", [1, "b"]),
        ("[format('{0}-{1:D3}-{{x}}', 'a', 7)]", "a-007-{x}"),
        ("[if(equals(1, 1), 'yes', createObject().missing)]", "yes"),
        ("[and(true(), not(false()), or(false(), true()))]", True),
        ("[coalesce(null(), 'b')]", "b"),
        ("[empty('')]", True),
        ("[length(createArray(1, 2, 3))]", 3),
        ("[contains(createObject('A', 1), 'a')]", True),
        ("[contains('abc', 'b')]", True),
        ("[union(createObject('a', 1), createObject('b', 2))]", {"a": 1, "b": 2}),
        ("[intersection(createArray(1, 2), createArray(2, 3))]", [2]),
        ("[first(split('a,b', ','))]", "a"),
        ("[last(createArray(1, 2))]", 2),
        ("[take(skip(range(0, 5), 1), 2)]", [1, 2]),
        ("[min(3, 1, 2)]", 1),
        ("[max(createArray(3, 1))]", 3),
        ("[add(1, mul(2, sub(5, 1)))]", 9),
        ("[div(-7, 2)]", -3),
        ("[mod(-7, 2)]", -1),
        ("[toLower(toUpper('aB'))]", "ab"),
        ("[replace('a-b', '-', '')]", "ab"),
        ("[join(createArray('a', 'b'), '/')]", "a/b"),
        ("[substring('abcdef', 1, 3)]", "bcd"),
        ("[trim('  a ')]", "a"),
        ("[int('42')]", 42),
        ("[string(createArray(1, 'a'))]", '[1,"a"]'),
        ("[bool('True')]", True),
        ("[json('{\"a\": [1]}').a[0]]", 1),
        ("[base64('hi')]", "aGk="),
        ("[startsWith('Abc', 'a')]", True),
        ("[endsWith('abC', 'c')]", True),
        ("[indexOf('abc', 'C')]", 2),
        ("[padLeft(7, 3, '0')]", "007"),
        ("[uri('https://a/b/', 'c')]", "https://a/b/c"),
        ("[resourceGroup().LOCATION]", "eastus2"),
        ("[subscription().subscriptionId]", "0"),
        ("[deployment().name]", "main"),
        ("[environment().name]", "here"),
        ("[createObject('a', 1)['a']]", 1),
        ("[resourceId('A.B/c', 'x')]", f"{S}/resourceGroups/rg/providers/A.B/c/x"),
        ("[resourceId('other', 'A.B/c/d', 'x', 'y')]", f"{S}/resourceGroups/other/providers/A.B/c/x/d/y"),
        ("[resourceId('sub', 'other', 'A.B/c', 'x')]", "/subscriptions/sub/resourceGroups/other/providers/A.B/c/x"),
        ("[subscriptionResourceId('A.B/c', 'x')]", f"{S}/providers/A.B/c/x"),
        ("[tenantResourceId('A.B/c', 'x')]", "/providers/A.B/c/x"),
        ("[extensionResourceId('/a/b', 'A.B/c', 'x')]", "/a/b/providers/A.B/c/x"),
        ("[uniqueString('test')]", "rbgf3xv4ufgzg"),
        ("[PARAMETERS('P')]", "given"),
        ("[variables('two')]", "onetwo"),
        ("[variables('many')]", [0, 10, 20]),
        ({"[concat('k', 1)]": "[add(1, 1)]", "copy": [{"name": "list", "count": 2, "input": "[copyIndex('list', 5)]"}]},
         {"k1": 2, "list": [5, 6]}),
    ],
    ids=str,
)  # fmt: skip
def test_an_expression_has_its_value(expression, expected):
    sections = {
        "parameters": {"p": {"type": "string", "defaultValue": "given"}},
        "variables": {
            "two": "[concat(variables('one'), 'two')]",
            "one": "one",
            "copy": [{"name": "many", "count": 3, "input": "[mul(copyIndex('many'), 10)]"}],
        },
    }

    assert value(expression, **sections) == expected


def test_a_member_that_may_be_missing_is_null_from_version_2_of_the_language_on():
    assert value("[createObject('a', 1).?b]", languageVersion="2.0") is None
    with pytest.raises(TemplateInvalid, match=r"languageVersion must be '2\.0'"):
        value("[createObject('a', 1).?b]")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("[nonsense()]", "The template function 'nonsense' is not valid"),
        ("[concat('a']", "language expression"),
        ("[concat('a' 'b')]", "language expression"),
        ("[parameters('none')]", "The template parameter 'none' is not found"),
        ("[variables('none')]", "The template variable 'none' is not found"),
        ("[resourceGroup().nothing]", "property 'nothing' doesn't exist"),
        ("[copyIndex()]", "'copyIndex' is not expected at this location"),
        ("[newGuid()]", "'newGuid' is not expected at this location"),
        (
            "[resourceId('A.B/c/d', 'x')]",
            "Unable to evaluate template language function 'resourceId'",
        ),
        ("[substring('a', 2, 5)]", "Unable to evaluate template language function 'substring'"),
        (f"[concat('{'a' * 25_000}')]", "more than 24576 characters"),
    ],
    ids=lambda text: text[:30],
)
def test_an_expression_that_is_wrong_is_told_why(expression, why):
    with pytest.raises(TemplateInvalid, match="(?i)" + why.replace("(", r"\(")):
        value(expression)


def test_new_guids_and_times_are_for_defaults_of_parameters():
    declared = {"a": {"type": "string", "defaultValue": "[newGuid()]"}, "b": {"type": "string", "defaultValue": "[utcNow()]"}}  # fmt: skip
    shown = opened(template(parameters=declared)).parameters

    assert [one["value"] for one in shown.values()] == ["guid-1", "20200407T145314Z"]


@pytest.mark.parametrize(
    ("rules", "given", "why"),
    [
        ({"type": "string"}, {}, "'The value for the template parameter 'p' is not provided"),
        ({"type": "string"}, {"p": "a", "q": 1}, "The template parameters 'q' in the parameters file are not valid"),
        ({"type": "int"}, {"p": "1"}, "Expected 'int'. Actual 'String'"),
        ({"type": "bool"}, {"p": 1}, "Expected 'bool'. Actual 'Integer'"),
        ({"type": "string", "allowedValues": ["a", "b"]}, {"p": "c"}, "not part of the allowed value"),
        ({"type": "string", "minLength": 3}, {"p": "ab"}, "minLength is 3, it has 2"),
        ({"type": "array", "maxLength": 1}, {"p": [1, 2]}, "maxLength is 1, it has 2"),
        ({"type": "int", "minValue": 1}, {"p": 0}, "minValue is 1, it has 0"),
        ({"type": "int", "maxValue": 1}, {"p": 2}, "maxValue is 1, it has 2"),
        ({"type": "number"}, {"p": 2}, "unknown type 'number'"),
    ],
)  # fmt: skip
def test_a_parameter_that_does_not_fit_is_refused(rules, given, why):
    with pytest.raises(TemplateInvalid) as refused:
        opened(template(parameters={"p": rules}), **given)

    assert why in refused.value.message
    assert refused.value.message.startswith("Deployment template validation failed: '")


def test_a_secret_that_is_not_allowed_is_not_repeated():
    rules = {"type": "secureString", "allowedValues": ["a"]}
    with pytest.raises(TemplateInvalid) as refused:
        opened(template(parameters={"p": rules}), p="hunter2")

    assert "hunter2" not in refused.value.message


def needs(*resources):
    found = opened(template(*resources)).resources
    return {one.name: {found[at].name for at in one.needs} for one in found}


def test_a_parallel_loop_waits_for_the_parent_only():
    found = needs(account(), deployments(2))

    assert found == {"voice": set(), "voice/audio0": {"voice"}, "voice/audio1": {"voice"}}


@pytest.mark.parametrize(
    ("size", "expected"), [(1, {"voice/audio1"}), (2, {"voice/audio0", "voice/audio1"})]
)
def test_a_batch_waits_for_the_one_before(size, expected):
    found = needs(account(), deployments(3, loop={"mode": "serial", "batchSize": size}))

    assert found["voice/audio2"] - {"voice"} == expected


def test_a_reference_is_a_dependency():
    other = account("other", tags={"at": "[reference('voice').endpoint]"})

    assert needs(other, account())["other"] == {"voice"}


@pytest.mark.parametrize(
    "name", ["voice", "[resourceId('Microsoft.CognitiveServices/accounts', 'voice')]", "models"]
)
def test_a_dependency_is_named_by_name_id_or_loop(name):
    found = needs(account(), deployments(1), account("late", dependsOn=[name]))

    assert found["late"] == ({"voice/audio0"} if name == "models" else {"voice"})


def test_symbolic_names_and_existing_resources():
    resources = {
        "known": {**account(), "existing": True},
        "late": account("late", dependsOn=["known"]),
    }
    found = opened({**template(), "languageVersion": "2.0", "resources": resources}).resources

    assert [(one.name, one.existing, sorted(one.needs)) for one in found] == [("voice", True, []), ("late", False, [0])]  # fmt: skip


def test_children_are_named_after_their_parent():
    child = {**deployments(1), "type": "deployments", "name": "audio", "dependsOn": ["voice"]}
    del child["copy"]
    found = opened(template(account(resources=[child]))).resources

    assert found[1].id == f"{found[0].id}/deployments/audio"
    assert found[1].type == "Microsoft.CognitiveServices/accounts/deployments"


def test_a_condition_that_is_false_leaves_a_resource_out():
    found = opened(template(account(condition="[equals(1, 2)]"))).resources

    assert [one.included for one in found] == [False]


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ([account(dependsOn=["nobody"])], "'nobody' is not defined in the template"),
        ([account("a", dependsOn=["b"]), account("b", dependsOn=["a"])], "Circular dependency"),
        ([account(), account()], "is defined multiple times"),
        ([account("voice/too")], "has incorrect segment lengths"),
        ([deployments(-1)], "is not a number from 0 to 800"),
        ([account(name="[reference('x').name]")], "'reference' is not expected"),
    ],
    ids=["unknown", "circle", "twice", "segments", "count", "reference"],
)
def test_a_template_that_cannot_run_is_refused(resources, why):
    with pytest.raises(TemplateInvalid, match=why):
        opened(template(*resources))


def test_user_functions_see_their_parameters_only():
    functions = [{"namespace": "our", "members": {"shout": {
        "parameters": [{"name": "word", "type": "string"}],
        "output": {"type": "string", "value": "[concat(toUpper(parameters('word')), '!')]"},
    }}}]  # fmt: skip

    assert value("[our.shout('hey')]", functions=functions) == "HEY!"
