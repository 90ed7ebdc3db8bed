"""What we know and how it is kept: the words everybody shares, the snapshots, and every read of them."""
