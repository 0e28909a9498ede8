"""Writes invented returns through many layouts, programs and mail clients, with the truth of how each is to be read."""
