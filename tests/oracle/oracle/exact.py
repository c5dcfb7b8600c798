"""Exact numbers. Every number of the oracle is a Fraction; nothing here is floating point."""

from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)
HUNDRED = Fraction(100)
ZERO = Fraction(0)


def number(value):
    """A JSON number (int or Decimal) as a fraction."""
    return Fraction(value)


def half_up(value, decimals):
    """`value`, not negative, rounded half up to so many decimals."""
    scale = 10 ** decimals
    return Fraction(floor(value * scale + HALF), scale)


def clamp(value, low, high):
    return max(low, min(high, value))
