"""TOML files on disk: found, read, decoded with line numbers, edited, saved whole, and remembered."""
