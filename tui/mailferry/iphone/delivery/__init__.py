"""The one-time link: a small server that hands one profile to one iPhone, and ends."""
