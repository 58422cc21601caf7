"""What of manufacturing can be found by a part of its ID, its name, or a supplier's lot."""

from batches.selectors import searching as records
from evgmp.web.searching import SEARCHES, Searchable

SEARCHABLE = (
    Searchable("Lots", records.lots, ("number", "product"), lambda lot: f"{lot.stage_name}, {lot.product}"),
    Searchable("Batch records", records.batches, ("number", "version__master__title"), lambda batch: str(batch.version.master.title)),
    Searchable("Samples", records.samples, ("number", "purpose"), lambda sample: f"{sample.purpose}, of {sample.lot}"),
    Searchable("Vials", records.vials, ("code",), lambda vial: f"of {vial.lot}"),
    Searchable(
        "Material lots", records.material_lots, ("number", "supplier_lot", "supplier", "item__code", "item__name"),
        lambda lot: f"{lot.item.name}, supplier lot {lot.supplier_lot}",
    ),
    Searchable("Materials", records.items, ("code", "name"), lambda item: str(item.name)),
    Searchable("Equipment", records.units, ("code", "name", "serial"), lambda unit: str(unit.name)),
    Searchable("Exceptions", records.exceptions, ("number", "sentence"), lambda exception: str(exception.sentence)),
    Searchable("Masters", records.masters, ("master__code", "master__title"), lambda version: str(version.master.title)),
    Searchable("Donors", records.donors, ("code",), lambda donor: "Donor"),
    Searchable("Cell lines", records.lines, ("code",), lambda line: f"of {line.donor}"),
    Searchable("Label issues", records.label_issues, ("number",), lambda issue: f"{issue.template.title}, {issue.lot}"),
)  # fmt: skip


def hang_in() -> None:
    """Add them to the search, once."""
    SEARCHES.extend(one for one in SEARCHABLE if one not in SEARCHES)
