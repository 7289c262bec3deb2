"""The composition root: the command line and the demonstration. The one package that may import all the others."""
