"""Exact numbers. Every number of the oracle is a Fraction; nothing here is floating point."""

from fractions import Fraction

HUNDRED = Fraction(100)
ZERO = Fraction(0)


def number(value):
    """A JSON number (int or Decimal) as a fraction."""
    return Fraction(value)


def half_up(value, decimals):
    """`value`, not negative, rounded half up to so many decimals."""
    scale = 10 ** decimals
    above, below = value.numerator, value.denominator
    return Fraction((2 * above * scale + below) // (2 * below), scale)


def clamp(value, low, high):
    return max(low, min(high, value))
