"""A form filled in on a screen, a question at a time, and written back into its workbook."""
