"""Student's t distribution, the one place that takes it from scipy."""


def t_quantile(level: float, df: float) -> float:
    """The t that ``level`` of the distribution lies within, either side of 0."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + level) / 2))
