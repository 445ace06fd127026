# ruff: noqa: A005 # imported as tests.secrets, so it hides nothing of the standard library
