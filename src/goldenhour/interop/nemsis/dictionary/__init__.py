"""The compact dictionary, generated from the official schemas and dictionary texts."""
