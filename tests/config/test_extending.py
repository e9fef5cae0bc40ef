from __future__ import annotations

from config.files import HEAD, MINIMAL, codes, loaded, write

MODEL = "gpt-audio@2025-08-28"
BASE = MINIMAL + (
    "    tags: {a: base, b: base}\n"
    "    deployments:\n"
    f"      - {{name: one, model: {MODEL}, capacity: 1}}\n"
    f"      - {{name: two, model: {MODEL}, capacity: 2}}\n"
    "smoke: {audio: {voices: [alloy, echo]}}\n"
)


def extended(folder, text):
    write(folder, BASE, "base.yaml")
    return loaded(folder, "extends: base.yaml\n" + text)


def test_mappings_merge(tmp_path):
    config = extended(tmp_path, "accounts: [{name: A1, tags: {b: mine, c: mine}}]\n")

    assert {"a": "base", "b": "mine", "c": "mine"} == config.accounts[0].tags


def test_lists_of_named_things_merge_by_name(tmp_path):
    config = extended(
        tmp_path,
        "accounts:\n"
        f"  - {{name: a1, deployments: [{{name: TWO, capacity: 5}}, {{name: three, model: {MODEL}}}]}}\n"
        "  - {name: a2, location: swedencentral, auth: keys}\n",
    )
    first, second = config.accounts

    assert [("one", 1), ("TWO", 5), ("three", 1)] == [
        (one.name, one.sku.capacity) for one in first.deployments
    ]
    assert ("a2", ()) == (second.name, second.deployments)


def test_other_lists_and_scalars_replace(tmp_path):
    config = extended(tmp_path, "name: y\nsmoke: {audio: {voices: [shimmer]}}\n")

    assert ("y", ("shimmer",)) == (config.name, config.smoke.audio.voices)


def test_files_extend_in_a_chain_from_their_own_folders(tmp_path):
    write(tmp_path, BASE, "shared/base.yaml")
    write(tmp_path, "extends: base.yaml\nengine: arm\n", "shared/middle.yaml")

    config = loaded(tmp_path, "extends: shared/${WHICH}.yaml\n", environ={"WHICH": "middle"})

    assert ("x", "arm") == (config.name, config.engine)


def test_a_circle_of_files_is_refused(tmp_path):
    write(tmp_path, "extends: x.yaml\n", "other.yaml")

    assert ["config.extends-cycle"] == codes(tmp_path, "extends: other.yaml\n" + HEAD)


def test_a_variable_of_the_base_that_is_replaced_is_not_missed(tmp_path):
    write(tmp_path, MINIMAL.replace("name: x", "name: ${NOT_SET}"), "base.yaml")

    assert "y" == loaded(tmp_path, "extends: base.yaml\nname: y\n").name


def test_a_name_written_twice_in_one_file_is_not_merged_away(tmp_path):
    write(tmp_path, BASE, "base.yaml")
    text = "extends: base.yaml\naccounts: [{name: a1}, {name: a1, location: eastus2, auth: keys}]\n"

    assert ["config.duplicate-name"] == codes(tmp_path, text)
