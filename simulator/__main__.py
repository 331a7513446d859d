"""`python -m simulator` is `port110`."""

from simulator.cli import main

if __name__ == "__main__":
    main()
