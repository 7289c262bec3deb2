"""The composition root: the command line and the demonstration. The one package that may import all the others."""

from pathlib import Path

VERSION = "0.1.0"

# The campaigns that come along: a folder of data beside the packages.
CAMPAIGNS = Path(__file__).resolve().parent.parent / "campaigns"
