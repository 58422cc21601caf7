"""Short master records for tests, as the text of their files."""

from tests.batches.master_contents import complete

# A short run with one filtration: a membrane, a log of pressures, a result computed from both.
RUN = complete("""
[master]
code = "MBR-RUN"
title = "Short isolation run"
stage = "isolation_run"
product = "iMSC-EV bulk"
batch_size = "1 L"

[[step]]
key = "setup"
section = "Preparation"
title = "Set up the membrane"
instructions = ["Flush the membrane.", "Test its integrity."]
kind = "entry"
filtration = "ultrafiltration"
filtration_position = 1

[[step.parameter]]
key = "area"
label = "Membrane area"
unit = "m2"
decimals = 3
plausible_low = "0.001"
plausible_high = "20.000"
fills = "filtration_stage.area_m2"

[[step.parameter]]
key = "integrity"
label = "Integrity before use"
kind = "choice"
choices = ["pass", "fail"]
accepted = ["pass"]
fills = "filtration_stage.integrity_pre"

[[step.parameter]]
key = "remark"
label = "Remark"
kind = "text"
required = false

[[step]]
key = "log"
section = "Filtration"
title = "Pressure log"
instructions = ["Read all gauges at one moment."]
kind = "log"
filtration = "ultrafiltration"
filtration_position = 1

[[step.parameter]]
key = "p_feed"
label = "Feed pressure"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"

[[step.parameter]]
key = "p_retentate"
label = "Retentate pressure"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"

[[step.parameter]]
key = "p_permeate"
label = "Permeate pressure"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"

[[step.parameter]]
key = "tmp"
label = "TMP"
kind = "calculated"
unit = "bar"
decimals = 2
alert_low = "0.22"
alert_high = "0.38"
action_low = "0.20"
action_high = "0.40"
formula = "filtration.tmp"
formula_version = 1
inputs = { feed = "p_feed", retentate = "p_retentate", permeate = "p_permeate" }

[[step]]
key = "result"
section = "Filtration"
title = "Measure the product"
instructions = ["Stop the pump.", "Weigh the product."]
kind = "entry"
witness = true
critical = true
filtration = "ultrafiltration"
filtration_position = 1

[[step.parameter]]
key = "volume"
label = "Volume of the product"
unit = "mL"
decimals = 1
plausible_low = "0.1"
plausible_high = "5000.0"
action_low = "570.0"
action_high = "630.0"
fills = "lot.quantity_made"

[[step.parameter]]
key = "weighed_at"
label = "Weighed at"
kind = "instant"
required = false

[[step.parameter]]
key = "tmp_mean"
label = "Mean TMP"
kind = "calculated"
unit = "bar"
decimals = 3
action_low = "0.20"
action_high = "0.40"
formula = "statistics.mean"
formula_version = 1
inputs = { values = "*log.tmp" }
fills = "filtration_stage.tmp_mean_bar"

[[step.parameter]]
key = "product_volume"
label = "Volume after filtration"
kind = "calculated"
unit = "mL"
decimals = 1
formula = "statistics.mean"
formula_version = 1
inputs = { values = ["volume"] }
fills = "filtration_stage.product_volume_ml"
""")

# A bank of one step, made straight from a line: the start of a chain.
BANK = """
[master]
code = "MBR-SHORTBANK"
title = "Short bank"
stage = "cell_bank"
product = "iPSC bank"
batch_size = "20 vials"

[[step]]
key = "fill"
section = "Fill"
title = "Fill and freeze"
instructions = ["Fill the vials."]

[[step.parameter]]
key = "vials"
label = "Vials filled"
unit = "vials"
decimals = 0
plausible_low = "1"
plausible_high = "500"
fills = "lot.quantity_made"

[[step.parameter]]
key = "cpdl"
label = "Doublings so far"
unit = "doublings"
decimals = 2
plausible_low = "0"
plausible_high = "100"
fills = "cell_bank.cpdl"
"""

# One passage: doublings computed from the counts and from the parent's level.
PASSAGE = """
[master]
code = "MBR-SHORTPASSAGE"
title = "Short passage"
stage = "passage"
product = "iMSC culture"
batch_size = "1 flask"

[[step]]
key = "harvest"
section = "Harvest"
title = "Count and harvest"
instructions = ["Count the cells."]

[[step.parameter]]
key = "seeded"
label = "Viable cells seeded"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "passage.viable_seeded"

[[step.parameter]]
key = "harvested"
label = "Viable cells harvested"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"

[[step.parameter]]
key = "pd"
label = "Population doublings"
kind = "calculated"
unit = "doublings"
decimals = 3
formula = "culture.population_doublings"
formula_version = 1
inputs = { viable_seeded = "seeded", viable_harvested = "harvested" }
fills = "passage.population_doublings"

[[step.parameter]]
key = "cpdl"
label = "Cumulative doubling level"
kind = "calculated"
unit = "doublings"
decimals = 3
formula = "culture.cumulative_pdl"
formula_version = 1
inputs = { parent_pdl = "@parent_cpdl", population_doublings = "pd" }
fills = "passage.cumulative_pdl"
"""

# The same passage with the hours in culture and, where the cells multiplied, their doubling time.
TIMED_PASSAGE = (
    PASSAGE
    + """
[[step.parameter]]
key = "hours"
label = "Hours in culture"
unit = "h"
decimals = 1
plausible_low = "0"
plausible_high = "900"
fills = "passage.culture_hours"

[[step.parameter]]
key = "pdt"
label = "Doubling time"
kind = "calculated"
unit = "h"
decimals = 1
required = false
formula = "culture.doubling_time"
formula_version = 1
inputs = { hours = "hours", viable_harvested = "harvested", viable_seeded = "seeded" }
fills = "passage.doubling_time_h"
"""
)

# A passage with clocks: thaw to plate (recorded instant to signature), a hold timed by the server, and passage time in two stretches.
TIMED = """
[master]
code = "MBR-TIMED"
title = "Thaw and plate"
stage = "passage"
product = "iMSC culture"
batch_size = "1 flask"

[[step]]
key = "thaw"
section = "Thaw"
title = "Thaw the vial"
instructions = ["Thaw until a little ice is left."]

[[step.parameter]]
key = "taken_out"
label = "Taken out at"
kind = "instant"

[[step.parameter]]
key = "cells"
label = "Viable cells"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"

[[step.parameter]]
key = "looked"
label = "Looked at"
kind = "instant"
required = false

[[step]]
key = "plate"
section = "Thaw"
title = "Plate the cells"
instructions = ["Plate at once."]

[[step.time]]
key = "thaw_to_plate"
title = "Thaw to plate"
since = "thaw.taken_out"
alert_min = 20
maximum_min = 30

[[step.time]]
key = "handling"
title = "Time out of the incubator"
since = "thaw"
maximum_min = 60

[[step.parameter]]
key = "plated"
label = "Plated at"
kind = "instant"

[[step]]
key = "hold"
section = "Thaw"
title = "Let the cells settle"
instructions = ["Press Start, wait, press Stop."]
kind = "timer"

[[step.time]]
key = "settle"
title = "Settling"
since = "hold.begun"
until = "ended"
minimum_min = 10
maximum_min = 20

[[step.parameter]]
key = "begun"
label = "Started"
kind = "instant"

[[step.parameter]]
key = "ended"
label = "Stopped"
kind = "instant"

[[step]]
key = "clear"
section = "Harvest"
title = "Clear the bench"
instructions = ["Put everything away."]
kind = "instruction"

[[step.time]]
key = "handling"
title = "Time out of the incubator"
since = "hold.ended"
maximum_min = 60

[[step]]
key = "harvest"
section = "Harvest"
title = "Harvest"
instructions = ["Count the cells."]

[[step.parameter]]
key = "harvested"
label = "Viable cells harvested"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"
"""
