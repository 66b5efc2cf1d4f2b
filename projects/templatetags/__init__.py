"""How the pages show money, shares and icons."""
