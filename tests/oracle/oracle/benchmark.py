"""Where a rate falls in a benchmark: 42 CFR 414.1380(b)(1)(i) and (b)(2).

"The number of measure achievement points received ... is determined based on the applicable benchmark
decile category and the percentile distribution", partial points included. CMS's engine shows the
formula: k + (rate - Lk) / (Lk+1 - Lk) with the largest k whose bound the rate reaches, four decimals.
"""

from oracle.exact import half_up

POINT_DECIMALS = 4


def decile_points(rate, bounds, inverse):
    """(decile, points): None where no decile is reached, else from 1 to 10, unfloored."""
    reached = None
    for decile in reversed(bounds):
        if (rate <= bounds[decile]) if inverse else (rate >= bounds[decile]):
            reached = decile
            break
    if reached is None:
        return None, None
    if reached == 10:
        return 10, 10
    here, there = bounds[reached], bounds[reached + 1]
    # The next bound is not reached, so it differs from this one.
    return reached, reached + half_up((rate - here) / (there - here), POINT_DECIMALS)
