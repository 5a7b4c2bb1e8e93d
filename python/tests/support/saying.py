"""How a tool tells the test where it is."""


def announce(text: str) -> None:
    print(f"at {text}", flush=True)
