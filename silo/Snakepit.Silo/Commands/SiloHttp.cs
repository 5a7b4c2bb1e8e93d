using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Http;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Commands;

/// <summary>How the command line speaks to a running silo.</summary>
internal static class SiloHttp
{
    /// <summary>
    /// Posts nothing to a relative path. The door requires the JSON content type on every POST, even on one without a body.
    /// </summary>
    public static async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var nothing = new StringContent("", MediaTypeHeaderValue.Parse(DoorRule.JsonType));
        return await http.PostAsync(new Uri(path, UriKind.Relative), nothing, cancellationToken);
    }

    /// <summary>What a silo answers to a question.</summary>
    /// <exception cref="SiloRefusedException">The silo answered, and refused.</exception>
    public static async Task<string> GetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? body : throw new SiloRefusedException(CallCommand.Explain(body, (int)response.StatusCode));
    }

    /// <summary>Shows what a silo answers to a question: as it came for programs, else as a table.</summary>
    /// <param name="http">The silo.</param>
    /// <param name="path">The question.</param>
    /// <param name="asJson">For a program.</param>
    /// <param name="show">Prints the document for people.</param>
    /// <param name="cancellationToken">The command is told to end.</param>
    /// <exception cref="SiloRefusedException">The silo answered, and refused.</exception>
    public static async Task<int> ShowAsync<T>(
        HttpClient http, string path, bool asJson, Action<T> show, CancellationToken cancellationToken)
    {
        var text = await GetAsync(http, path, cancellationToken);
        if (asJson)
            await Terminal.WriteLineAsync(text);
        else
            show(JsonSerializer.Deserialize<T>(text, StatusDocument.Json)!);
        return ExitCodes.Ok;
    }

    /// <summary>Runs a command against a silo; a silo that does not answer is one line and an exit code.</summary>
    public static async Task<int> TalkAsync(string url, string? key, Func<HttpClient, Task<int>> talk)
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
        if (!string.IsNullOrEmpty(key))
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        try
        {
            return await talk(http);
        }
        catch (SiloRefusedException error)
        {
            await Terminal.WriteErrorAsync(error.Message);
            return ExitCodes.Failed;
        }
        catch (Exception error) when (IsNoAnswer(error))
        {
            await Console.Error.WriteLineAsync(
                $"snakepit: no silo answers at {url}: {error.Message}. "
                + "Start one with 'snakepit serve', or name its address with --url.");
            return ExitCodes.Unreachable;
        }
    }

    /// <summary>No silo has answered. A silo that dies while the connection is made causes a SocketException.</summary>
    public static bool IsNoAnswer(Exception error) => error is HttpRequestException or SocketException;
}

/// <summary>The silo has answered, and refused; the message is for the person at the terminal.</summary>
internal sealed class SiloRefusedException(string message) : Exception(message);
