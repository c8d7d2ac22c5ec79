"""What changes from one inventory to another: what was written differently, and what follows from that."""
