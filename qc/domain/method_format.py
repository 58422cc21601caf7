"""The fields of a list of methods, for `manage.py judge --help` and whoever writes one. Knows no Django."""

from qc.domain.computed_value import choices
from qc.domain.method_file import STATUSES
from qc.domain.potency_readings import MODELS
from qc.domain.replicates import COMBINE

METHOD: dict[str, str] = {
    "number": 'as "TM-025"',
    "version": 'as "1.0"; a method done otherwise gets another one',
    "name": "as the rows of the specifications write it",
    "principle": "how it works",
    "matrix": "what it was validated for",
    "compendial": "chapter of the pharmacopoeia",
    "validation": "the report that shows its fitness",
    "status": " | ".join(STATUSES),
    "sensitivity": '[{ matrix = "…", input = "1 mL", lod = "5", loq = "15", unit = "…" }]: what validation showed',
    "reagents": "list of what every run names with lot and expiry",
    "standards": "list of the reference standards that every run cites from the register",
    "potency": f'{{ model = "{" | ".join(MODELS)}", dose_unit, response_unit, doses, responses, … }}: how relative potency is evaluated',
    "tracking": '{ most_blank = "5", most_difference = "25" }: percent, what blank and dilutions keep',
    "controls": '[{ kind = "NTC", criterion = "…" }]: every row carries them with these criteria, and others if it likes',
    "control_set": "key of a [[control_set]] of the file, for methods that share controls",
    "replicates": "whole number: no row asks for fewer determinations",
    "replicate_rule": "in words how they become one result",
    "combine": f"{' | '.join(COMBINE)}: every row combines them so",
    "cv_max": "percent, with a mean: no row allows more",
    "difference_max": "percent, with a mean: no row allows more",
    "calculation": f"{' | '.join(choices())}: the value is computed from its inputs, nobody types it; the row has its unit",
}
