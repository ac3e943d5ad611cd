"""A demonstration: the sample township, its figures of 2023, and two months of sample items in real review."""
