"""The layouts, drawn without a database: what each shows, and that what bars a command is said beside its button."""

import re
from typing import Any

import pytest
from django import forms

from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command, Meaning
from evgmp.web.forms import ActForm
from tests.web.gallery import Lot, SampleForm, context
from tests.web.rendering import page

RECORD_STEP = Command("batches.record_step", "Step recorded", "Record the step", (Meaning.PERFORMED, Meaning.VERIFIED), reason=True)


class VolumeForm(forms.Form):
    volume = forms.CharField(label="Retentate volume", help_text="In mL.")


def shell() -> dict[str, Any]:
    names = ("plant", "person", "navigation", "server_time", "version", "idle_minutes")
    return {name: found for name, found in context().items() if name in names}


def operator() -> dict[str, Any]:
    sample = {name: context()[name] for name in ("steps", "meters")}
    run = {"run_id": "TFF-2026-019", "run_for": "for EV-2026-008", "step_number": 8, "step_total": 14, "step_name": "Concentrate"}
    return shell() | sample | run | {"all_steps_url": "/steps/", "help_url": "/help/"}


def command_page(**more: Any) -> str:
    act_form = ActForm(command=RECORD_STEP, meanings=RECORD_STEP.signs)
    given = {
        "command": RECORD_STEP, "target": Lot(), "summary": [("Record", Lot()), ("Volume", "598 mL")], "form": VolumeForm(),
        "act_form": act_form, "meanings": ["I performed this", "I watched this and checked the values"], "cancel_url": "/back/",
    }  # fmt: skip
    return page("layouts/command.html", shell() | given | more)


@pytest.mark.req("SIG-03", "SIG-07")
def test_a_command_asks_for_data_reason_and_both_signatures_and_shows_what_is_signed():
    drawn = command_page()
    for name in ("volume", "reason", "user_id", "password", "witness_user_id", "witness_password", "once"):
        assert f'name="{name}"' in drawn
    said = ("I performed this.", "I watched this and checked the values.")
    for words in (*said, "What you sign", "598 mL", "Record the step", 'href="/back/"'):
        assert words in drawn
    assert drawn.count('type="submit"') == 3  # sign out, stay signed in, the one main button


def test_a_barred_command_says_why_in_place_of_its_form():
    drawn = command_page(blockers=[Blocker("k", "Step 7 is not signed yet. Sign it first.")])
    assert "Step 7 is not signed yet. Sign it first." in drawn
    assert 'name="password"' not in drawn and "command-form" not in drawn


def test_a_refused_form_starts_with_its_problems_and_links_to_the_fields():
    form = VolumeForm({"volume": ""})
    drawn = command_page(form=form, problems=[("id_volume", "Retentate volume: Enter the volume."), ("", "The batch is on hold.")])
    assert "<title>Problem: Record the step" in drawn
    assert "Problem: 2 things to fix" in drawn
    assert '<a href="#id_volume">Retentate volume: Enter the volume.</a>' in drawn
    assert "<li>The batch is on hold.</li>" in drawn
    assert drawn.index('id="problems"') < drawn.index("<h1>")


def test_a_field_is_label_help_error_input_in_this_order():
    form = SampleForm({"volume": "1,234", "outcome": "a", "seen": "on"})
    form.add_error("volume", "Write 1234 or 1.234.")
    drawn = page("web/components.html", context() | {"sample_form": form})
    order = [drawn.index(part) for part in ('for="id_volume"', 'id="id_volume_helptext"', 'id="id_volume_error"', 'name="volume"')]
    assert order == sorted(order)
    assert 'aria-describedby="id_volume_helptext id_volume_error"' in drawn
    assert "ev-field--bad" in drawn and 'aria-invalid="true"' in drawn
    assert re.search(r'Remark\s*<span class="ev-optional">optional</span>', drawn)


def test_a_record_shows_its_header_and_a_barred_action_with_its_reason():
    drawn = page("web/components.html", context())
    for words in ("Lineage of EV-2026-007", "ev-label--quarantine", "92 of 112 in stock", 'aria-current="page">Overview'):
        assert words in drawn
    barred = re.search(r'<div class="ev-act-barred">.*?</ul></div>', drawn, re.S)
    assert barred and "Certify" in barred[0] and "3 things stop it" in barred[0] and "<a " not in barred[0]


def test_the_shell_says_who_where_when_and_that_it_is_a_demo():
    drawn = page("web/work.html", shell() | {"items": []})
    demo = "Demo plant: nothing here is a medicine."
    for words in ("A. Reviewer", "QA reviewer", "2026-11-23 14:05 UTC+1", demo, "Nothing waits for you", "evgmp 0.1.0"):
        assert words in drawn
    assert re.search(r'<form method="post" action="/people/sign-out/">', drawn)
    order = [drawn.index(f">{n}") for n in ("Banks", "Passages", "Media lots", "TFF runs", "EV lots", "Results")]
    assert order == sorted(order)
    assert drawn.count('class="chain"') == 1 and drawn.count('class="sep"') == 4


def test_a_real_plant_has_no_demo_banner():
    assert "nothing here is a medicine" not in page("web/work.html", shell() | {"plant": {"name": "Site"}, "items": []})


@pytest.mark.req("ACC-08")
def test_a_signed_in_page_knows_the_idle_time_and_a_signed_out_one_warns_of_nothing():
    assert 'data-idle-minutes="15"' in page("web/work.html", shell() | {"items": []})
    assert "data-idle" not in page("people/sign_in.html", {"idle_minutes": 15, "form": VolumeForm()})


def test_the_operator_has_no_main_navigation():
    drawn = page("operator_step.html", operator())
    assert "TFF-2026-019" in drawn and "Step 8 of 14" in drawn and 'aria-label="Main"' not in drawn
    assert "Step 3 done, has an exception" in drawn


def test_a_list_says_its_title_and_offers_its_actions():
    actions = [{"label": "Plan a lot", "url": "/plan/"}]
    drawn = page("layouts/page.html", shell() | {"title": "EV lots", "lead": "All lots.", "actions": actions})
    assert "<h1>EV lots</h1>" in drawn and "All lots." in drawn and 'href="/plan/"' in drawn


def test_the_sign_in_page_lists_demo_accounts_only_when_given():
    assert "Demo accounts" not in page("people/sign_in.html", {"form": VolumeForm()})
    drawn = page("people/sign_in.html", {"form": VolumeForm(), "demo_accounts": [("a.operator", "Operator")]})
    assert "Demo accounts" in drawn and "a.operator" in drawn


@pytest.mark.parametrize(
    ("name", "words"), [("403.html", "You may not do this"), ("404.html", "no such page"), ("500.html", "Nothing was recorded")]
)
def test_error_pages_say_what_happened_and_what_to_do(name, words):
    drawn = page(name, {})
    assert words in drawn and 'href="/"' in drawn
