"""Azure's own command line takes azuredeploy.json through validate, what-if and create, with three sets of parameters."""

import pytest
from arm import az_templates
from arm.parameter_sets import SETS
from clients.az_session import AZ, NOT_INSTALLED

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not AZ, reason=NOT_INSTALLED),
]


@pytest.mark.parametrize("name", SETS)
def test_az_validates_tries_creates_and_changes_nothing_the_second_time(tmp_path, name):
    assert az_templates.life(tmp_path, name)


def test_az_prints_the_conflict_of_a_template_without_the_serial_loop(tmp_path):
    said = az_templates.parallel(tmp_path)

    assert "DeploymentFailed" in said
    assert "RequestConflict" in said
