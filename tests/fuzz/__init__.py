"""Looking for mail that breaks the reading of mail, guided by coverage; run on demand."""
