"""`python -m rtclens.cli`."""

from rtclens.cli import main

main()
