"""What people do with labels."""

from batches.domain.commands import FLOOR, MASTER, QUALITY, A, P, V, _add

AUTHOR_LABEL = _add("author_label", "Label template authored", "Sign as author of the label", P, reason=True, training=MASTER)
APPROVE_LABEL = _add("approve_label", "Label template approved", "Approve the label", A, training=QUALITY)
PRINT_LABELS = _add("print_labels", "Labels issued", "Print labels", P, training=FLOOR)
REPRINT_LABELS = _add("reprint_labels", "Labels printed again", "Print labels again", P, V, reason=True, training=FLOOR)
RECONCILE_LABELS = _add("reconcile_labels", "Labels reconciled", "Reconcile the labels", P, V, training=FLOOR)
CHECK_LABEL = _add("check_label", "Label read back", "Read a label back", training=FLOOR)
