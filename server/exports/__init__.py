"""Records of a form as files: who may, which, in ODK's columns, as .xlsx, .csv or GeoJSON."""
