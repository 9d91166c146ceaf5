"""NEMSIS documents as they are written: XML read into trees without trusting it, and trees written as XML."""
