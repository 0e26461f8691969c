"""Several audits that are done again and again: where each stands, and what is to be done about it.

rolling: the latest of each audit beside the one before it, and how it went.
actions: the areas for improvement in a workbook that people edit, kept from month to month.
"""
