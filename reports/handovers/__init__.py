"""What was said under a duty goes on when its unit ends, or its lead is replaced: periods, last words, difficulties."""
