"""A master whose order is not simply one step after the other: a branch, two parallel steps, a step that may be left out, a hold point."""

ORDERED = """
[master]
code = "MBR-ORDER"
title = "Branches and holds"
stage = "passage"
product = "iMSC culture"
batch_size = "1 flask"

[[step]]
key = "choose"
section = "Start"
title = "Choose the way"
instructions = ["Look at the culture."]
kind = "branch"

[[step.parameter]]
key = "primed"
label = "Primed"
kind = "choice"
choices = ["yes", "no"]
accepted = ["yes", "no"]

[[step.parameter]]
key = "confluence"
label = "Confluence"
unit = "%"
decimals = 0
plausible_low = "0"
plausible_high = "100"

[[step]]
key = "wash_out"
section = "Start"
title = "Wash the priming agent out"
instructions = ["Wash three times."]
kind = "instruction"

[step.when]
value = "choose.primed"
is = ["yes"]

[[step]]
key = "left"
section = "Culture"
title = "Feed the left stack"
instructions = ["Feed."]
parallel = "stacks"

[[step.parameter]]
key = "volume"
label = "Volume"
unit = "mL"
decimals = 1
plausible_low = "0.1"
plausible_high = "5000"

[[step]]
key = "right"
section = "Culture"
title = "Feed the right stack"
instructions = ["Feed."]
parallel = "stacks"

[[step.parameter]]
key = "volume"
label = "Volume"
unit = "mL"
decimals = 1
plausible_low = "0.1"
plausible_high = "5000"

[[step]]
key = "image"
section = "Culture"
title = "Take an image"
instructions = ["Take an image if the microscope is free."]
may_skip = true

[[step.parameter]]
key = "image_file"
label = "File name"
kind = "text"

[[step]]
key = "detach"
section = "Harvest"
title = "Detach early"
instructions = ["Only a dense culture is detached early."]
kind = "instruction"

[step.when]
value = "choose.confluence"
at_least = "80"

[[step]]
key = "release"
section = "Harvest"
title = "QC decides on the harvest"
instructions = ["Look at identity and viability of the culture."]
kind = "hold_point"

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
