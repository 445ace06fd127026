"""`python -m mailferry` is the same program as `mailferry`."""

from mailferry.cli.main import main

if __name__ == "__main__":
    main()
