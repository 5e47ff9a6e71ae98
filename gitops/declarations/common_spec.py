"""What several declarations have in common: labels, names of groups, the file's own name."""

from __future__ import annotations

from gitops.declarations.reader import Reader
from gitops.declarations.records import MapOf
from gitops.declarations.types import DNS_LABEL, DNS_NAME, Text

GROUP = Text("the name of a group in groups/", DNS_LABEL, example="ml-reviewers")
LABEL_KEY = Text("a label key such as team or example.com/team",
                 rf"({DNS_NAME}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{{0,61}}[A-Za-z0-9])?",
                 example="example.com/team")
LABEL_VALUE = Text("text that a label can hold",
                   r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?",
                   advice="letters, digits, dashes and dots, at most 63; numbers in quotes")
LABELS = MapOf(LABEL_KEY, LABEL_VALUE)
ANNOTATIONS = MapOf(LABEL_KEY, Text())


def file_stem(reader: Reader) -> str:
    """The name that a file's own name gives to what it declares."""
    return reader.file.rpartition("/")[2].removesuffix(".yaml")
