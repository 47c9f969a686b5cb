"""The pieces of a chart drawn without a browser: measuring text, scales, axes, marks, labels, frame."""
