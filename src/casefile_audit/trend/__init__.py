"""Scored audits over time to an answer: which way is it going?"""
