"""Days, hours and numbers as they are written in Vietnam; what is missing here stays as Django has it.

Without the input formats Django reads 04/05/2024 as an American would, the fifth of April, and refuses 26/04/2025.
"""

NUMBER_GROUPING = 3  # 1.292, where a template asks for it
DATE_FORMAT = SHORT_DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "H:i d/m/Y"
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y"]
