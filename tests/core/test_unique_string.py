from __future__ import annotations

import pytest

from deployer.core.unique_string import hash_64, unique_string

GROUP = "/subscriptions/{}/resourceGroups/{}"
NIL = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Answers of the real template engine, from Bicep's own tests.
        pytest.param([GROUP.format(NIL, "myRg")], "js26ofeqkqeve", id="group"),
        pytest.param(
            [GROUP.format("11068ed9-6c31-4a47-8183-4eca6d84bb32", "myRg")],
            "pwt7yebfrftwu",
            id="group of another subscription",
        ),
        # Public self-tests of two other implementations.
        pytest.param(["hello", "world"], "a7wkljktk6wne", id="two values"),
        pytest.param(["test"], "rbgf3xv4ufgzg", id="four bytes"),
        pytest.param(["abc"], "cgtzqvhu4i23s", id="three bytes"),
        pytest.param(["foo", "bar", "baz"], "xzi4ioaxtmth4", id="three values"),
        pytest.param([GROUP.format(NIL, "my-rg")], "bmg7c6xu4tw46", id="name with a dash"),
    ],
)
def test_it_is_what_azure_computes(values, expected):
    assert expected == unique_string(*values)


def test_the_hash_is_known():
    assert 571013382255652050 == hash_64(b"hello-world")


def test_case_counts():
    assert unique_string("myRg") != unique_string("myrg")
