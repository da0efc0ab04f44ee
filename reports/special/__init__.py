"""Reports asked for on an occasion ("báo cáo đột xuất")."""
