"""Comparing an account with its recommendation, saying why a check failed, and what to do about both."""
