"""What servers do and what must be said of it; `python -m tests.behaviours` writes docs/diagnoses.md."""
