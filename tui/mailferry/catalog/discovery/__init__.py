"""Asking others what the settings of an address are: DNS, the domain itself, public databases."""
