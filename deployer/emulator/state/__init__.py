"""What is there: resources, operations, the clock, the catalogue of the day, the switches."""
