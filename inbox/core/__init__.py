"""Pure rules of the trade: values in, values out. No clock, no I/O, no Textual."""
