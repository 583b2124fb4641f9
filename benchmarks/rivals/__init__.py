"""What an engineer could take instead of `truceline associate`, for the benchmark beside it."""
