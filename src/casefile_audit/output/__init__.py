"""Files written whole or not at all, and workbooks made in memory."""
