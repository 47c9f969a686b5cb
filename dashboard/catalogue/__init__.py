"""The catalogue in the forms that harvesters read; every one is made from the same values (`model.py`)."""
