"""What people, weather and workers do: each a function that tells what it did."""
