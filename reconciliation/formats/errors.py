"""What a file that cannot be read is answered with."""


class UnreadableFileError(Exception):
    """The file cannot be read as it is. The text names the file, the place where it is known, and what to do."""

    def __init__(self, file: str, message: str, line: int | None = None, field: str | None = None) -> None:
        super().__init__(file, message, line, field)
        self.file = file
        self.message = message
        self.line = line
        self.field = field

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.field:
            place.append(f"field {self.field}")
        return f"{', '.join(place)}: {self.message}"


class InvalidMappingError(ValueError):
    """The mapping document does not hold together; `field` is the key at fault: `transformations[0].pattern`."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message, field)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message
