"""Lets ``python -m wom_sim`` do what ``wom`` does."""

from .cli.main import main

if __name__ == "__main__":
    main()
