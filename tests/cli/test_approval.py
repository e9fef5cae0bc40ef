"""What is asked before the first write, of whom, and what counts as a yes."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from render.reports import REPORTS, moving

from deployer.cli.approval import Approval
from deployer.cli.interruption import Interruption
from deployer.cli.options import Given
from deployer.cli.running import Run
from deployer.cli.talk import Talk
from deployer.errors import UsageError

HARMLESS = REPORTS["up"]
DANGEROUS = replace(HARMLESS, plan=moving())


class Asked:
    """An approval with someone at the terminal who types `answer`; None: nobody is there."""

    def __init__(self, monkeypatch, answer=None, *, nothing_is_real=False, **given):
        self.out, self.err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{answer}\n"))
        monkeypatch.setattr(sys, "stdout", self.out)
        monkeypatch.setattr(sys, "stderr", self.err)
        chosen = Given(Path("c.yaml"), **given)
        talk = Talk(self.out, self.err, {})
        talk.is_answerable = answer is not None
        self.interruption = Interruption()
        self.approve = Approval(
            Run(chosen, talk), chosen, self.interruption, nothing_is_real=nothing_is_real
        )


@pytest.mark.parametrize(
    ("report", "answer", "agreed"),
    [
        (HARMLESS, "y", True),
        (HARMLESS, "n", False),
        (HARMLESS, "", False),
        (DANGEROUS, "y", False),
        (DANGEROUS, "voice", True),
        (DANGEROUS, "", False),
    ],
    ids=["yes", "no", "enter", "yes to a danger", "the name", "enter to a danger"],
)
def test_an_answer_is_taken_at_its_word(report, answer, agreed, monkeypatch):
    asked = Asked(monkeypatch, answer)

    assert asked.approve(report) is agreed


def test_what_cannot_be_taken_back_is_named(monkeypatch):
    asked = Asked(monkeypatch, "")

    asked.approve(DANGEROUS)

    assert "replaces 1 resource and deletes 1 resource" in asked.err.getvalue()


def test_the_plan_is_shown_before_the_question(monkeypatch):
    asked = Asked(monkeypatch, "n")

    asked.approve(HARMLESS)

    assert "Plan: 8 to create." in asked.out.getvalue()


def test_a_person_sees_the_plan_also_when_a_program_gets_the_report(monkeypatch):
    asked = Asked(monkeypatch, "n", output="json")

    asked.approve(HARMLESS)

    assert "Plan: 8 to create." in asked.err.getvalue()
    assert asked.out.getvalue() == ""


def test_without_a_terminal_there_is_nobody_to_ask(monkeypatch):
    asked = Asked(monkeypatch)

    with pytest.raises(UsageError) as refused:
        asked.approve(HARMLESS)

    assert "--yes" in refused.value.hint


@pytest.mark.parametrize(
    "options", [{"yes": True}, {"nothing_is_real": True}], ids=["--yes", "emulator"]
)
def test_nothing_is_asked_when_the_answer_is_known(options, monkeypatch):
    asked = Asked(monkeypatch, **options)

    assert asked.approve(DANGEROUS) is True


@pytest.mark.parametrize(("answer", "begun"), [("y", True), ("n", False)])
def test_from_a_yes_on_the_calls_in_flight_are_spared(answer, begun, monkeypatch):
    asked = Asked(monkeypatch, answer)
    asked.approve(HARMLESS)

    if begun:
        asked.interruption._interrupt(2, None)
    else:
        with pytest.raises(KeyboardInterrupt):
            asked.interruption._interrupt(2, None)

    assert asked.interruption.stop.is_set() is begun
