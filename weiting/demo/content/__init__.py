"""Everything the invented city of 云溪 says and is: plain data, no framework, loaded by the demo."""
