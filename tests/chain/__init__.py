"""Boards, reactions, duplicates: where the parts meet."""
