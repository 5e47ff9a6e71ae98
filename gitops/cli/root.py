"""Which estate a call is about."""

from __future__ import annotations

import os


def root_of(directory: str) -> str:
    """The estate's folder: the nearest one, from a folder upwards, with a platform.yaml.

    Where there is none, the folder itself, so that the reader of the estate can say so.
    """
    start = folder = os.path.abspath(directory)
    while not os.path.lexists(os.path.join(folder, "platform.yaml")):
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return start
        folder = above
    return folder
