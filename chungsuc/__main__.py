"""`python -m chungsuc`."""

from chungsuc.cli import main

main()
