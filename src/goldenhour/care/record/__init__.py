"""The patient care record: the NEMSIS tree, its dictionary, its checks as one types."""
