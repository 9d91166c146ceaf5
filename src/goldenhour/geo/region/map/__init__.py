"""The offline map: what is drawn, cut into tiles, put into one archive."""
