"""How a unit heads, cites and signs what it issues (NĐ 30/2020/NĐ-CP)."""
