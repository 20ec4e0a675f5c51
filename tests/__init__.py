"""The product's promises, as sentences that run."""
