"""The inspector in the browser. The only importer of Dash and Plotly."""
