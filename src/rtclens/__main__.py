"""`python -m rtclens`."""

from rtclens.cli import main

main()
