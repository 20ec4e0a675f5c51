"""What every change must keep: style, types, layers, sizes, docs that do not lag."""
