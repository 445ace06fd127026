"""`python -m tests.behaviours`: write docs/diagnoses.md anew."""

from tests.behaviours.table import PAGE, page

PAGE.write_text(page(), "utf-8")
