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

    [Option("API keys by name, with their hash, pools, scopes and rate. With any, every request but health needs one.")]
    public IReadOnlyDictionary<string, KeyOptions> Keys { get; set; } = new Dictionary<string, KeyOptions>();

    [Option("JSON file with further keys, of the same shape as Keys; read again within seconds when it changes.")]
    public string? KeysFile { get; set; }

    [Option("Bearer tokens of an identity provider.")]
    public JwtOptions Jwt { get; set; } = new();

    [Option("Opens a door that other machines can reach to everybody who reaches it. Without it such a door needs Keys, KeysFile or Jwt.")]
    public bool AllowAnonymous { get; set; }

    [Option("File to which each management action is appended as a line of JSON, also one that was refused.")]
    public string? AuditFile { get; set; }

    [Option("Describes the HTTP door and every tool at /openapi/v1.json (OpenAPI 3.1).")]
    public bool OpenApi { get; set; } = true;

    [Option(
        "Serves a page at /docs on which people read that description and try tools. Needs OpenApi.",
        DefaultText = "true on loopback addresses without keys, else false")]
    public bool? Docs { get; set; }

    /// <summary>Whether the page is served.</summary>
    /// <param name="isOpen">Other machines can reach the door.</param>
    public bool ShowsDocs(bool isOpen) => OpenApi && (Docs ?? (!isOpen && !Authenticates));

    /// <summary>Callers need a key or a token.</summary>
    public bool Authenticates => Keys.Count > 0 || KeysFile is not null || Jwt.IsUsed;

    /// <summary>The same with relative paths starting at <paramref name="folder"/>.</summary>
    public HttpOptions Rooted(string folder) => this with
    {
        KeysFile = KeysFile is { } keys ? Path.GetFullPath(keys, folder) : null,
        AuditFile = AuditFile is { } audit ? Path.GetFullPath(audit, folder) : null,
        Jwt = Jwt.Rooted(folder),
    };
}

/// <summary>How much of a failure callers over HTTP see.</summary>
public enum ErrorDetail
{
    Full,
    Message,
    Code,
}
