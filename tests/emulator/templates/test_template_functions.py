"""Every function of the template language takes what its signature says, and nothing else."""

from __future__ import annotations

import pytest
from emulator.templates.language import S, default, value

from deployer.emulator.templates import kinds
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.functions import FUNCTIONS
from deployer.emulator.templates.signatures import Signature

OBJECT = "createObject('a', 1, 'b', 2)"
ARRAY = "createArray(1, 2, 3)"

# Name, arguments that fit and what they give, arguments that do not.
TABLE = (
    ("parameters", "'p'", "given", ["", "1", "'p', 'p'"]),
    ("variables", "'v'", "seen", ["", "1"]),
    ("lambdaVariables", None, None, ["'x'", ""]),
    ("lambda", None, None, ["'x', 1"]),
    ("copyIndex", None, None, ["'loop', 'x'", "1, 1, 1"]),
    ("if", "true(), 1, 2", 1, ["'true', 1, 2", "1, 1, 2", "true(), 1"]),
    ("newGuid", None, None, ["1"]),
    ("utcNow", None, None, ["1", "'d', 'd'"]),
    ("resourceId", "'A.B/c', 'x'", f"{S}/resourceGroups/rg/providers/A.B/c/x", ["'A.B/c'", "'A.B/c', 1", "'x', 'y'", "'A.B/c', 'x', 'y'"]),
    ("subscriptionResourceId", "'A.B/c', 'x'", f"{S}/providers/A.B/c/x", ["'A.B/c'", "'A.B/c', 1"]),
    ("tenantResourceId", "'A.B/c', 'x'", "/providers/A.B/c/x", ["'A.B/c'", "'A.B/c', 1"]),
    ("extensionResourceId", "'/a', 'A.B/c', 'x'", "/a/providers/A.B/c/x", ["'/a', 'A.B/c'", "'/a', 'A.B', 'x'", "'/a', 'A.B/c', 'x', 'y'"]),
    ("subscription", "", {"id": S, "subscriptionId": "0", "tenantId": "t"}, ["1"]),
    ("resourceGroup", "", {"id": f"{S}/resourceGroups/rg", "name": "rg", "location": "eastus2"}, ["'rg'"]),
    ("tenant", "", {"tenantId": "t"}, ["1"]),
    ("deployment", "", {"name": "main"}, ["1"]),
    ("deployer", "", {"objectId": "o"}, ["1"]),
    ("environment", "", {"name": "here"}, ["1"]),
    ("providers", "'A.B', 'c'", {"resourceType": "c", "locations": ["here"]}, ["", "'C.D'", "'A.B', 'd'"]),
    ("reference", None, None, ["", "1", "'x', '1', 'Full', 'y'"]),
    ("concat", "'a', 1, true()", "a1True", ["", f"{ARRAY}, 'a'", OBJECT]),
    ("format", "'{0:N2}-{1:X}-{2,4}|{2,-4}|{3:D3}', 1234, 255, 'a', 7", "1,234.00-FF-   a|a   |007", ["'a'", "'{1}', 1", "'{0:Q}', 1", "'{', 1", "1, 1"]),
    ("string", ARRAY, "[1,2,3]", ["", "1, 2"]),
    ("toLower", "'A'", "a", ["1", ARRAY]),
    ("toUpper", "'a'", "A", ["1", "null()"]),
    ("trim", "' a '", "a", ["1"]),
    ("replace", "'aba', 'a', 'c'", "cbc", ["'a', 'b'", "'a', 1, 'b'"]),
    ("split", "'a,b;c', createArray(',', ';')", ["a", "b", "c"], ["'a'", "'a', 1", f"{ARRAY}, ','"]),
    ("join", f"{ARRAY}, '-'", "1-2-3", ["'a', '-'", ARRAY]),
    ("substring", "'abc', 1", "bc", ["'abc', 4", "'abc', 1, 3", "'abc', -1", "'abc', '1'"]),
    ("startsWith", "'Abc', 'aB'", True, ["'a'", "'a', 1"]),
    ("endsWith", "'abC', 'Bc'", True, ["'a'", "'a', 1"]),
    ("indexOf", f"{ARRAY}, 2", 1, ["'a'", "'a1', 1", "1, 1"]),
    ("lastIndexOf", "'abAb', 'B'", 3, ["'a'", "1, 1"]),
    ("padLeft", "'a', 3, '0'", "00a", ["'a'", "'a', 3, 'ab'", "'a', 999999999"]),
    ("base64", "'hi'", "aGk=", ["1"]),
    ("base64ToString", "'aGk='", "hi", ["'not base64'", "1"]),
    ("base64ToJson", "base64('{\"a\": 1}')", {"a": 1}, ["'a'"]),
    ("dataUri", "'hi'", "data:text/plain;charset=utf8;base64,aGk=", ["1"]),
    ("dataUriToString", "dataUri('hi')", "hi", ["'hi'"]),
    ("uri", "'https://a/b/', '/c'", "https://a/b/c", ["'a'", "'a', 1"]),
    ("uriComponent", "'a/b'", "a%2Fb", ["1"]),
    ("uriComponentToString", "'a%2Fb'", "a/b", ["1"]),
    ("uniqueString", "'test'", "rbgf3xv4ufgzg", ["", "1", ARRAY]),
    ("guid", "'test'", "d6a5baf1-8b9b-542a-8525-2982f1f98a0c", ["", "1"]),
    ("json", "'{\"a\": 1}'", {"a": 1}, ["'{'", "1"]),
    ("add", "1, 2", 3, ["'1', '2'", "createArray(1), createArray(2)", "1", "9223372036854775807, 1"]),
    ("sub", "1, 2", -1, ["1, true()", "1, 2, 3"]),
    ("mul", "2, 3", 6, ["'a', 3", "createArray(1), 3"]),
    ("div", "-7, 2", -3, ["1, 0", "'4', 2"]),
    ("mod", "-7, 2", -1, ["1, 0", "'4', 2"]),
    ("int", "'-42'", -42, ["'1.5'", "'1_0'", "true()", "''"]),
    ("float", "'1.5'", 1.5, ["'nan'", "'a'", "true()"]),
    ("min", "3, 1", 1, ["'a', 'b'", "", "createArray()"]),
    ("max", "createArray(3, 1)", 3, ["createArray('a')", "1, '2'"]),
    ("range", "5, 2", [5, 6], ["0, -1", "0, 20000", "'0', 1", "2147483647, 1"]),
    ("and", "true(), false()", False, ["true()", "'true', 'true'", "1, 1"]),
    ("or", "true(), false()", True, ["true()", "'true', 'true'"]),
    ("not", "false()", True, ["'true'", "1"]),
    ("bool", "'True'", True, ["'yes'", ARRAY]),
    ("true", "", True, ["1"]),
    ("false", "", False, ["1"]),
    ("null", "", None, ["1"]),
    ("equals", "createArray(1), createArray(true())", False, ["1"]),
    ("less", "1, 2", True, ["1, '2'", f"{ARRAY}, {ARRAY}"]),
    ("lessOrEquals", "'a', 'b'", True, ["1, '2'"]),
    ("greater", "2, 1", True, ["1, '2'"]),
    ("greaterOrEquals", "2, 2", True, ["true(), 1"]),
    ("coalesce", "null(), 'a'", "a", [""]),
    ("dateTimeAdd", "'2024-01-01 00:00:00Z', 'P1Y', 's'", "2024-12-31T00:00:00", ["'2020-04-07 14:53:14Z', '3Y'", "'today', 'P1D'"]),
    ("dateTimeToEpoch", "dateTimeAdd('20200101T000000Z', '-PT1M', 'u')", 1577836740, ["'never'", "1"]),
    ("dateTimeFromEpoch", "1577836740", "2019-12-31T23:59:00Z", ["'1'", "100000000000000000"]),
    ("empty", "createObject()", True, ["1", ""]),
    ("length", "'abc'", 3, ["1", "null()"]),
    ("contains", f"{OBJECT}, 'A'", True, ["1, 1", f"{OBJECT}, 1", f"{ARRAY}"]),
    ("union", "createArray(1, 2), createArray(2, 3)", [1, 2, 3], ["'a', 'b'", f"{ARRAY}, {OBJECT}", ARRAY]),
    ("intersection", f"{OBJECT}, createObject('b', 2)", {"b": 2}, ["'ab', 'bc'", f"{ARRAY}, {OBJECT}", ARRAY]),
    ("createArray", "1, 'a'", [1, "a"], ["lambda('x', 1)"]),
    ("array", "1", [1], ["", "1, 2"]),
    ("createObject", "'a', 1", {"a": 1}, ["'a'", "1, 2", "'a', 1, 'A', 2"]),
    ("first", "'abc'", "a", ["1", OBJECT]),
    ("last", ARRAY, 3, ["1", ""]),
    ("skip", f"{ARRAY}, 2", [3], [f"{ARRAY}, '2'", "1, 1"]),
    ("take", "'abc', 2", "ab", ["'abc'", f"{OBJECT}, 1"]),
    ("flatten", "createArray(createArray(1), createArray(2))", [1, 2], [ARRAY, "1"]),
    ("items", "createObject('b', 2, 'a', 1)", [{"key": "a", "value": 1}, {"key": "b", "value": 2}], [ARRAY]),
    ("objectKeys", OBJECT, ["a", "b"], [ARRAY, ""]),
    ("shallowMerge", f"createArray({OBJECT}, createObject('b', 3))", {"a": 1, "b": 3}, [ARRAY, OBJECT]),
    ("tryGet", f"createObject('o', {OBJECT}), 'o', 'b'", 2, [OBJECT, f"{OBJECT}, true()"]),
    ("map", f"{ARRAY}, lambda('n', 'at', add(lambdaVariables('n'), lambdaVariables('at')))", [1, 3, 5], [ARRAY, f"{ARRAY}, 1", f"{ARRAY}, lambda('a', 'b', 'c', 1)"]),
    ("filter", f"{ARRAY}, lambda('n', greater(lambdaVariables('N'), 1))", [2, 3], [f"{ARRAY}, lambda('n', 'x')", f"{ARRAY}, lambda(1)"]),
    ("reduce", f"{ARRAY}, 0, lambda('sum', 'n', add(lambdaVariables('sum'), lambdaVariables('n')))", 6, [f"{ARRAY}, lambda('a', 'b', 1)", f"{ARRAY}, 0, lambda('a', 1)"]),
    ("sort", f"{ARRAY}, lambda('a', 'b', less(lambdaVariables('b'), lambdaVariables('a')))", [3, 2, 1], [f"{ARRAY}, lambda('a', true())"]),
    ("groupBy", "createArray('a', 'ab', 'b'), lambda('t', first(lambdaVariables('t')))", {"a": ["a", "ab"], "b": ["b"]}, [f"{ARRAY}, lambda('n', lambdaVariables('n'))"]),
    ("toObject", "createArray('a'), lambda('t', lambdaVariables('t')), lambda('t', 1)", {"a": 1}, [f"{ARRAY}, lambda('n', 1)"]),
    ("mapValues", f"{OBJECT}, lambda('n', mul(lambdaVariables('n'), 2))", {"a": 2, "b": 4}, [f"{ARRAY}, lambda('n', 1)"]),
)  # fmt: skip
SECTIONS = {
    "parameters": {"p": {"type": "string", "defaultValue": "given"}},
    "variables": {"v": "seen"},
}


def test_every_function_is_in_the_table():
    assert {name.lower() for name, *_ in TABLE} == set(FUNCTIONS)


@pytest.mark.parametrize(("name", "arguments", "expected"), [row[:3] for row in TABLE if row[1] is not None], ids=lambda one: one if isinstance(one, str) else "")  # fmt: skip
def test_a_function_has_its_value(name, arguments, expected):
    found = value(f"[{name}({arguments})]", **SECTIONS)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("name", "arguments"), [(name, one) for name, *_, wrong in TABLE for one in wrong]
)
def test_a_function_refuses_what_does_not_fit(name, arguments):
    with pytest.raises(TemplateInvalid) as refused:
        value(f"[{name}({arguments})]", **SECTIONS)

    told = refused.value.message.lower()
    assert f"'{name.lower()}'" in told or "not found" in told or "'lambda'" in told


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # The first is the default; `u` and `d` are shown so in Microsoft's reference of utcNow.
        ("[utcNow()]", "20200407T145314Z"),
        ("[utcNow('u')]", "2020-04-07 14:53:14Z"),
        ("[utcNow('d')]", "4/7/2020"),
        ("[utcNow('M d')]", "4 7"),
        ("[utcNow('yyyy-MM-dd''T''HH:mm:ss.fffK')]", "2020-04-07T14:53:14.000Z"),
        ("[utcNow('ddd dddd MMM MMMM yy h:m tt %s')]", "Tue Tuesday Apr April 20 2:53 PM 14"),
        ("[utcNow('o')]", "2020-04-07T14:53:14.0000000Z"),
        ("[utcNow('R')]", "Tue, 07 Apr 2020 14:53:14 GMT"),
    ],
)
def test_the_time_is_written_as_the_format_says(expression, expected):
    assert default(expression) == expected


def test_each_call_of_new_guid_has_a_value_of_its_own():
    assert default("[concat(newGuid(), '/', newGuid())]") == "guid-1/guid-2"


def test_the_time_refuses_a_format_that_there_is_not():
    with pytest.raises(TemplateInvalid, match="utcNow"):
        default("[utcNow('Q')]")


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (-1234567, "N0", "-1,234,567"),
        (255, "x4", "00ff"),
        (-1, "X", "F" * 16),
        (-7, "D3", "-007"),
        (7, "000", "007"),
        (5, "F1", "5.0"),
        (1234, "E2", "1.23E+003"),
        (1, "P0", "100 %"),
    ],
)
def test_numbers_are_written_as_the_format_says(number, form, expected):
    assert value(f"[format('{{0:{form}}}', {number})]") == expected


def test_texts_heed_no_format():
    assert value("[format('{0:D3}', 'a')]") == "a"


def test_lambdas_see_what_is_around_them():
    inner = "map(createArray(1), lambda('b', add(lambdaVariables('a'), lambdaVariables('b'))))"

    assert value(f"[map(createArray(10, 20), lambda('a', {inner}))]") == [[11], [21]]


def test_lambdas_end_before_they_keep_everyone_else_waiting(monkeypatch):
    monkeypatch.setattr(kinds, "LAMBDA_CALLS", 100)
    each = "map(range(0, 20), lambda('b', 1))"

    assert value("[length(map(range(0, 100), lambda('a', 1)))]") == 100
    with pytest.raises(TemplateInvalid, match="called more than 100 times"):
        value(f"[length(map(range(0, 20), lambda('a', {each})))]")


@pytest.mark.parametrize(
    ("written", "fitting", "unfitting"),
    [
        ("string int?", [["a"], ["a", 1]], [[], [1], ["a", "b"], ["a", 1, 1]]),
        ("array+ | string+", [[[]], [[], []], ["a"]], [[], [[], "a"]]),
        ("string* any", [[1], ["a", 1]], [[], [1, 1]]),
        ("", [[]], [[1]]),
    ],
)
def test_a_signature_takes_what_it_says(written, fitting, unfitting):
    signature = Signature(written)

    assert all(signature.takes(one) and signature.takes_as_many_as(len(one)) for one in fitting)
    assert not any(signature.takes(one) for one in unfitting)


def test_a_signature_of_unknown_kinds_is_a_mistake():
    with pytest.raises(ValueError, match="no kind 'number'"):
        Signature("number")


def test_equal_values_are_told_apart_by_their_kind():
    found = value("[union(createArray(1, true()), createArray('1'))]")

    assert found == [1, True, "1"]
    assert [type(one) for one in found] == [int, bool, str]
