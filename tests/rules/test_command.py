"""The register of commands, and the refusal of one: keys for machines, sentences for people."""

import pytest

from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.command import Command, Register

SIGN = Command("batches.sign_step", "Step signed", "Sign the step")


def test_a_register_knows_each_command_by_its_key() -> None:
    register = Register()
    assert register.add(SIGN) is SIGN
    assert (register["batches.sign_step"], list(register), len(register)) == (SIGN, [SIGN], 1)
    assert "batches.sign_step" in register
    assert "batches.sign" not in register
    assert (SIGN.app, SIGN.name, SIGN.in_a_sentence) == ("batches", "sign_step", "sign the step")
    assert Command("qc.confirm_oos", "", "Confirm the OOS").in_a_sentence == "confirm the OOS"
    assert Command("qc.qa", "", "QA decides").in_a_sentence == "QA decides"


def test_a_key_is_registered_once() -> None:
    register = Register()
    register.add(SIGN)
    with pytest.raises(ValueError, match=r"The command batches.sign_step is registered twice."):
        register.add(Command(SIGN.key, "Another act", "Do it"))
    assert list(register) == [SIGN]


def test_a_refusal_is_told_in_sentences_and_carries_every_reason() -> None:
    expired, taken = Blocker("expired", "The medium expired. Take another."), Blocker("taken", "The vial is taken.", "vial")
    assert f"{expired}" == "The medium expired. Take another."
    assert str(RuleBroken(expired, taken)) == "The medium expired. Take another. The vial is taken."
    assert RuleBroken(expired, taken).blockers == (expired, taken)
    assert refuse("taken", "The vial is taken.", "vial").blockers == (taken,)


def test_a_refusal_without_a_reason_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="needs at least one blocker"):
        RuleBroken()
