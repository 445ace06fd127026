"""Providers, shipped and own, and the look-up of an address among them."""
