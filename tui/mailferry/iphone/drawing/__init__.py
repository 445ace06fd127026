"""The iPhone's screens, drawn: simple shapes of our own with a person's values on them."""
