"""Authoring a master record: written once, refused with every defect, one version after the other."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from batches.domain.commands import AUTHOR_MASTER
from batches.forms.masters import LARGEST_FILE, AuthorMasterForm
from batches.models import MasterVersion
from batches.selectors.masters import changes_since, shipped_masters, shipped_text
from batches.services.masters import author_master
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.rules.change_record import Change
from tests.batches.builders_records import RUN, authored, effective
from tests.batches.expecting import one_event, refused
from tests.builders import CHANGE, act, person

pytestmark = pytest.mark.usefixtures("sqlite_cast")


@pytest.mark.req("MST-01", "MST-02")
def test_a_draft_with_every_step_and_parameter() -> None:
    with one_event(AUTHOR_MASTER):
        version = authored()
    assert (version.number, version.status, version.effective_from) == ("MBR-RUN-V1", "draft", None)
    assert [step.key for step in version.steps.all()] == ["setup", "log", "result"]
    tmp = version.steps.get(key="log").parameters.get(key="tmp")
    assert (str(tmp.action_high), str(tmp.alert_high), tmp.inputs) == (
        "0.40", "0.38", {"feed": "p_feed", "retentate": "p_retentate", "permeate": "p_permeate"},
    )  # fmt: skip
    (signature,) = valid_signatures(version)
    assert (signature.signer_id, signature.meaning) == ("m.author", "performed")
    # One version, three steps, eleven parameters: the signature vouches for each of them.
    assert len(signature.covered) == 1 + 3 + 11


SHIPPED = [
    "mbr_bank", "mbr_cm", "mbr_der", "mbr_der_eb", "mbr_der_sd", "mbr_der_sw", "mbr_ev", "mbr_lyo", "mbr_pas", "mbr_tff", "mbr_thaw",
]  # fmt: skip


@pytest.mark.req("MST-01")
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_master_can_be_authored(name: str) -> None:
    assert name in shipped_masters()
    version = authored(shipped_text(name))
    assert version.steps.count() >= 4


@pytest.mark.req("MST-06", "MST-07")
def test_a_new_version_names_what_changed_and_why() -> None:
    effective()
    second = authored(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'), reason="Tighter after the trend of last year")
    assert (second.number, second.status, second.change_reason) == ("MBR-RUN-V2", "draft", "Tighter after the trend of last year")
    (change,) = changes_since(second)
    assert (change.where, change.field, change.old, change.new) == ("result.volume", "action high", "630.0", "620.0")


@pytest.mark.req("MST-09", negative=True)
def test_every_defect_is_named() -> None:
    broken = RUN.replace('unit = "mL"', 'unit = ""').replace("witness = true\n", "", 1)
    with refused("master_defect", "Step result: A critical step needs a witness", "result.volume: A number needs a unit"):
        authored(broken)
    assert not MasterVersion.objects.exists()


@pytest.mark.req("MST-09", negative=True)
@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('kind = "log"', "kind = log", "unreadable_file", "not valid TOML"),
        ('decimals = 3', "decimals = 3.5", "unreadable_file", "whole number"),
        ('fills = "lot.quantity_made"', "", "master_defect", "lot.quantity_made"),
        ("witness = true", "witness = true\nmay_skip = true", "master_defect", "Step result: It measures the quantity made, but may be passed over"),
        ('kind = "log"', 'kind = "log"\nperformer = "qa_reviewer"', "master_defect", "Step log: The role “QA reviewer” may not record and sign steps"),
        ('kind = "log"', 'kind = "log"\nperformer = "pilot"', "master_defect", "Step log: The performer “pilot” is not a role"),
        ('key = "remark"', 'key = "reason"', "master_defect", "used by the page itself"),
        ('formula = "filtration.tmp"', 'formula = "filtration.unknown"', "master_defect", "filtration.unknown"),
        ('title = "Short isolation run"', f'title = "{"x" * 121}"', "text_too_long", "121 characters"),
        ('title = "Pressure log"', 'title = "Pressure log"\ntraining = "tff"', "master_defect", "training"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused(old: str, new: str, key: str, words: str) -> None:
    assert old in RUN
    with refused(key, words):
        authored(RUN.replace(old, new, 1))


@pytest.mark.req("MST-01", negative=True)
def test_the_same_file_makes_no_second_version() -> None:
    authored()
    with refused("nothing_changed", "MBR-RUN-V1"):
        authored()


@pytest.mark.req("MST-01", negative=True)
def test_a_code_keeps_its_stage() -> None:
    authored()
    other = shipped_text("mbr_pas").replace('code = "MBR-PAS"', 'code = "MBR-RUN"')
    with refused("other_stage"):
        authored(other)


@pytest.mark.req("MST-07", "AUD-03", negative=True)
@pytest.mark.parametrize(("reason", "key"), [("", "reason_missing"), (" ... ", "reason_missing"), ("update", "reason_says_nothing")])
def test_a_version_says_why(reason: str, key: str) -> None:
    with refused(key):
        authored(reason=reason)


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.parametrize("part", ["impact", "affected_batches", "training_needed"])
def test_a_version_needs_its_whole_change_record(part: str) -> None:
    with refused("change_record_missing", part.replace("_", " ")):
        author_master(act(AUTHOR_MASTER, "m.author", reason="First version of this master"), text=RUN, **{**CHANGE, part: "  "})
    assert not MasterVersion.objects.exists()


@pytest.mark.req("MST-08", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.verifier", "a.reviewer", "a.analyst", "q.person", "i.inspector"])
def test_only_authors_author(by: str) -> None:
    with refused("not_permitted"):
        author_master(Act(by=person(by), reason="First version for the campaign of this quarter"), text=RUN, **CHANGE)


@pytest.mark.req("REC-01", negative=True)
def test_a_double_post_leaves_one_version() -> None:
    once = "a" * 32
    author_master(act(AUTHOR_MASTER, "m.author", reason="First version of this master", once=once), text=RUN, **CHANGE)
    with refused("already_recorded"):
        author_master(act(AUTHOR_MASTER, "m.author", reason="First version of this master", once=once), text=RUN + "\n", **CHANGE)
    assert MasterVersion.objects.count() == 1


def test_the_form_takes_one_source() -> None:
    file = SimpleUploadedFile("run.toml", RUN.encode())
    assert AuthorMasterForm({"shipped": "mbr_tff", **CHANGE}).is_valid()
    own = AuthorMasterForm(CHANGE, {"upload": file})
    assert own.is_valid() and own.cleaned_data == {"text": RUN, **CHANGE}
    assert not AuthorMasterForm(CHANGE).is_valid()
    assert not AuthorMasterForm({"shipped": "mbr_tff"}).is_valid()
    assert not AuthorMasterForm({"shipped": "mbr_tff", **CHANGE}, {"upload": SimpleUploadedFile("run.toml", b"x")}).is_valid()
    assert not AuthorMasterForm({"shipped": "nothing", **CHANGE}).is_valid()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"#" * (LARGEST_FILE + 1)])
def test_the_form_refuses_what_is_no_text_or_far_too_long(content: bytes) -> None:
    assert not AuthorMasterForm(CHANGE, {"upload": SimpleUploadedFile("run.toml", content)}).is_valid()


@pytest.mark.req("MST-07")
def test_a_version_of_an_earlier_release_without_its_change_record_is_authored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(Change, "said", lambda self: {})
        assert authored().change_record_missing == ["impact", "affected batches", "training needed"]
    assert authored().number == "MBR-RUN-V2"
