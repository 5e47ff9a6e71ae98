"""Programs that the development dependencies install, whatever else is on PATH."""

from __future__ import annotations

import sysconfig
from pathlib import Path

KUBECTL = Path(sysconfig.get_path("scripts"), "kubectl")
