using System.CommandLine;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Commands;

/// <summary>The options of every command that talks to a silo: where it is, and the key that it asks for.</summary>
internal sealed class SiloConnection
{
    public const string KeyVariable = "SNAKEPIT_API_KEY";

    private readonly Option<string> _url = new("--url")
    {
        Description = "Address of the silo; also SNAKEPIT_URL",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SNAKEPIT_URL") ?? SiloApplication.DefaultUrls,
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = $"API key, if the silo asks for one; better in {KeyVariable}, because other users see command lines",
        HelpName = "KEY",
    };

    /// <summary>Adds the options to a command.</summary>
    public SiloConnection(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_key);
    }

    /// <summary>Runs a command against the silo; one that does not answer is one line and an exit code.</summary>
    public Task<int> TalkAsync(ParseResult result, Func<HttpClient, Task<int>> talk) => SiloHttp.TalkAsync(
        result.GetValue(_url)!, result.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable), talk);
}
