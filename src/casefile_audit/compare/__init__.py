"""Two scored audits to an answer: did it change?"""
