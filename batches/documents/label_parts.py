"""The frozen shapes of printed labels. Every value is text as it is printed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelLine:
    """One line: what it is (may be empty) and what the record says."""

    element: str
    name: str
    value: str


@dataclass(frozen=True)
class Label:
    """One label: its lines, its identity with check character, and the content of its symbol."""

    identity: str
    lines: tuple[LabelLine, ...]
    code: str


@dataclass(frozen=True)
class LabelSheet:
    """All labels of one issue, and the paper they go on. Sizes in mm."""

    lot: str
    issue: str
    template: str
    paper: str
    width: int
    height: int
    columns: int
    rows: int
    margin: int
    copy: str
    statements: tuple[str, ...]
    labels: tuple[Label, ...]
    codes: tuple[str, ...]
