"""A second implementation of the MIPS final score, for tests only. See ../README.md."""
