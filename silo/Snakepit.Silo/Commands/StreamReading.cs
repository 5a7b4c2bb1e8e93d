using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Snakepit.AspNetCore.Headers;
using Snakepit.AspNetCore.Streams;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit call TOOL --stream</c>: every item on standard output as it comes, what went wrong on standard error.</summary>
internal static class StreamReading
{
    public static async Task<int> PrintAsync(HttpClient http, string path, string json, bool quiet, CancellationToken cancellationToken)
    {
        using var body = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = body };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Terminal.WriteErrorAsync(
                CallCommand.Explain(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode));
            return ExitCodes.Failed;
        }

        if (!quiet && response.Headers.Contains(SnakepitHeaders.SessionMoved))
            await Terminal.WriteErrorAsync(ToolAnswer.Moved(response));
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        for (var items = 0; ;)
        {
            string? line;
            try
            {
                line = await lines.ReadLineAsync(cancellationToken);
            }
            catch (IOException error) // the silo died; one that stops in order ends the stream with a line
            {
                await Console.Error.WriteLineAsync(
                    $"snakepit: the silo at {http.BaseAddress} was gone in the middle of the stream, after {items} "
                    + $"{(items == 1 ? "item" : "items")}: {error.Message} Whether the tool went on to its end is not known.");
                return ExitCodes.Failed;
            }

            if (line is null)
                return ExitCodes.Ok;
            if (Special(line, ProgressLines.Key) is { } progress)
            {
                await Terminal.WriteErrorAsync(Describe(progress));
                continue;
            }

            if (Special(line, StreamEndpoint.ErrorKey) is { } problem)
            {
                await Terminal.WriteErrorAsync(CallCommand.Explain(problem, (int)response.StatusCode));
                return ExitCodes.Failed;
            }

            items++;
            await Terminal.WriteLineAsync(line);
        }
    }

    /// <summary>What a line of the silo's own says; null for an item.</summary>
    private static string? Special(string line, string key)
    {
        if (!line.StartsWith($$"""{"{{key}}":""", StringComparison.Ordinal))
            return null;
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty(key).GetRawText();
    }

    private static string Describe(string progress)
    {
        using var document = JsonDocument.Parse(progress);
        var root = document.RootElement;
        var seconds = root.GetProperty("elapsedMs").GetInt64() / 1000.0;
        var after = string.Create(CultureInfo.InvariantCulture, $"progress after {seconds:0.0} s");
        var done = root.GetProperty("fraction") is { ValueKind: JsonValueKind.Number } fraction
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * fraction.GetDouble():0} %")
            : null;
        string?[] words = [done, root.GetProperty("message").GetString()];
        var known = string.Join(", ", words.Where(word => word is not null));
        return known.Length > 0 ? $"{after}: {known}" : after;
    }
}
