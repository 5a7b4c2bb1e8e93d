using System.CommandLine;
using System.Text;
using System.Text.Json;
using Snakepit.AspNetCore.Management;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit logs WORKER</c>: what a worker has printed and logged, from whichever silo has it.</summary>
internal static class LogsCommand
{
    /// <summary>A silo writes at least an empty line every 5 s, and 30 s after the worker's silo has died.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    public static Command Create()
    {
        var lines = new Option<int>("--lines")
        {
            Description = $"How many of its last lines, 1 to {LogEndpoints.MostLines}",
            DefaultValueFactory = _ => 50,
            HelpName = "N",
        };
        var follow = new Option<bool>("--follow", "-f") { Description = "Print new lines until Ctrl-C or the worker's end" };
        var json = new Option<bool>("--json")
        {
            Description = "Print the document of GET /v1/pools/{pool}/logs; with --follow a line of JSON for each line",
        };
        var command = new Command("logs", "Show the last output of a worker, which lives or has ended lately.") { lines, follow, json };
        var worker = new WorkerChoice(command);
        var silo = new SiloConnection(command);
        lines.Between(1, LogEndpoints.MostLines);
        Examples.Add(
            command,
            ("snakepit logs default@silo-1#0", "the last 50 lines of the latest worker in slot 0"),
            ("snakepit logs default@silo-1#0.3 --lines 500", "of its third process, which may have ended"),
            ("snakepit logs default@silo-1#0 --follow", "and every new line"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http => result.GetValue(follow)
            ? FollowAsync(
                http, worker.Path(result, "logs", $"follow=true&lines={result.GetValue(lines)}"), result.GetValue(json), cancellationToken)
            : ShowAsync(
                http, worker.Path(result, "logs", $"lines={result.GetValue(lines)}"), result.GetValue(json), cancellationToken)));
        return command;
    }

    private static async Task<int> ShowAsync(HttpClient http, string path, bool json, CancellationToken cancellationToken)
    {
        var text = await SiloHttp.GetAsync(http, path, cancellationToken);
        if (json)
        {
            await Terminal.WriteLineAsync(text);
            return ExitCodes.Ok;
        }

        var document = JsonSerializer.Deserialize<LogDocument>(text, StatusDocument.Json)!;
        foreach (var line in document.Lines)
            await Terminal.WriteLineAsync(line.Text);
        if (document.Lines.Length == 0)
            await Terminal.WriteErrorAsync($"snakepit: {document.Worker} (process {document.Pid}) has printed nothing.");
        if (document.End is { } end)
            await Terminal.WriteErrorAsync($"snakepit: {document.Worker} (process {document.Pid}) {end}.");
        return ExitCodes.Ok;
    }

    private static async Task<int> FollowAsync(HttpClient http, string path, bool json, CancellationToken outer)
    {
        using var interrupt = new CtrlC(outer);
        var cancellationToken = interrupt.Pressed;
        try
        {
            using var response = await http.GetAsync(
                new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var body = await response.Content.ReadAsStringAsync(cancellationToken);
                throw new SiloRefusedException(CallCommand.Explain(body, (int)response.StatusCode));
            }

            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            return await PrintAsync(lines, json, cancellationToken);
        }
        catch (ReaderGoneException)
        {
            return ExitCodes.Ok; // as with head: who reads has seen enough
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Ok; // Ctrl-C is how a person ends it
        }
    }

    private static async Task<int> PrintAsync(StreamReader lines, bool json, CancellationToken cancellationToken)
    {
        var output = Terminal.OpenEndless();
        try
        {
            while (await NextAsync(lines, cancellationToken) is { } line)
            {
                if (line.Length == 0)
                    continue; // a sign of life
                var said = JsonSerializer.Deserialize<FollowedLine>(line, StatusDocument.Json)!;
                if ((json ? line : said.Text) is { } text)
                    await WriteAsync(output, text);
                if (said.Missed > 0)
                    await Terminal.WriteErrorAsync($"snakepit: {said.Missed} lines came faster than they were read, and are left out.");
                if (said.End is { } end)
                {
                    await Terminal.WriteErrorAsync($"snakepit: the worker {end}.");
                    return ExitCodes.Ok;
                }

                if (said.Lost is { } lost)
                {
                    await Terminal.WriteErrorAsync($"snakepit: the worker's output cannot be followed any more; {lost}");
                    return ExitCodes.Failed;
                }
            }
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            // The silo died, or the network did. A silo that stops in order says so.
        }

        await Console.Error.WriteLineAsync("snakepit: the silo was gone while its output was followed; 'snakepit silos' shows the others.");
        return ExitCodes.Failed;
    }

    private static Task<string?> NextAsync(StreamReader lines, CancellationToken cancellationToken) =>
        lines.ReadLineAsync(cancellationToken).AsTask().WaitAsync(LongestSilence, TimeProvider.System, cancellationToken);

    private static async Task WriteAsync(TextWriter output, string text)
    {
        try
        {
            await Terminal.WriteLineAsync(output, text);
        }
        catch (IOException)
        {
            throw new ReaderGoneException();
        }
    }

    /// <summary>The reader of standard output has closed it.</summary>
    private sealed class ReaderGoneException : Exception;
}
