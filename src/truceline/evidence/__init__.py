"""The evidence log: Merkle tree, signed notes, tiles, commitments. Knows bytes only."""
