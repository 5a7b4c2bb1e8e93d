namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:Http</c>.</summary>
public sealed record HttpOptions
{
    [Option("Further names by which callers reach the HTTP door, with or without a port; *.example.com stands for all names under it, "
        + "* for any name at all. Its own addresses always pass, and on an address of the network also the machine's name and any "
        + "IP address.")]
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    [Option("Origins whose web pages may use the HTTP door from a browser, for example https://app.example.com; * for all. "
        + "The door's own origin always passes.")]
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    [Option(
        "How much of a failure callers over HTTP see. Full: everything, with Python's traceback. Message: code, outcome, stage and "
        + "the first "
        + "line of the message, without traceback, details, numbers of processes and folders. Code: code and outcome.",
        DefaultText = "Full on loopback addresses, else Message")]
    public ErrorDetail? ErrorDetail { get; set; }
}

/// <summary>How much of a failure callers over HTTP see.</summary>
public enum ErrorDetail
{
    Full,
    Message,
    Code,
}
