"""`chungsuc forms preview`: a form as its author writes it, on the real screens, with a look behind them."""
