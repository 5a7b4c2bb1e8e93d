using System.Net.Sockets;
using System.Text;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Commands;

/// <summary>How the command line speaks to a running silo.</summary>
internal static class SiloHttp
{
    public static System.CommandLine.Option<string> UrlOption() => new("--url")
    {
        Description = "Address of the silo",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SNAKEPIT_URL") ?? SiloApplication.DefaultUrls,
        HelpName = "URL",
    };

    /// <summary>Runs a command against a silo; a silo that does not answer is one line and an exit code.</summary>
    public static async Task<int> TalkAsync(string url, Func<HttpClient, Task<int>> talk)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync(
                $"snakepit: '{url}' is no address; expected for example --url {SiloApplication.DefaultUrls}.");
            return ExitCodes.BadConfiguration;
        }

        // Names of sessions and metadata may have any letters; the silo reads headers as UTF-8.
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        using var http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return await talk(http);
        }
        // A silo that dies while the connection is made causes a SocketException.
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            await Console.Error.WriteLineAsync(
                $"snakepit: no silo answers at {url}: {error.Message}. "
                + "Start one with 'snakepit serve', or name its address with --url.");
            return ExitCodes.Unreachable;
        }
    }
}
