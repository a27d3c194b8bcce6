"""Codes, quarters and frozen parameters. Imports nothing of the other layers and opens no files."""
