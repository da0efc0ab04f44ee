"""The tables of a period as a workbook, and documents as PDF where LibreOffice is installed."""
