"""Questions with a typed answer; dismissing one always gives the safe answer."""
