"""Student's t distribution, the one place that takes it from scipy."""


def two_sided_t_p(t: float, df: float) -> float:
    """The probability of a t at least this far from 0 either way, with ``df`` above 0."""
    from scipy.special import stdtr

    return 2 * float(stdtr(df, -abs(t)))


def t_quantile(level: float, df: float) -> float:
    """The t that ``level`` of the distribution lies within, either side of 0."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + level) / 2))
