"""Pure: values -> Dash components, one file a component; rendered alike by the server and by the browser."""
