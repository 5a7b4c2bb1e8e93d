using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Snakepit.AspNetCore.Headers;
using Snakepit.Core.Access;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit call TOOL</c>: the result on standard output, where it ran and how long it took on standard error.</summary>
internal static class CallCommand
{
    public static Command Create()
    {
        var tool = new Argument<string>("tool") { Description = "Name of the tool" };
        var json = new Option<string>("--json")
        {
            Description = "Arguments as a JSON object; - reads standard input",
            DefaultValueFactory = _ => "{}",
            HelpName = "JSON",
        };
        var pool = new Option<string>("--pool") { Description = "Pool to call", DefaultValueFactory = _ => "default", HelpName = "NAME" };
        var timeout = new Option<string?>("--timeout") { Description = "Budget of the call, for example 1500ms or 60s", HelpName = "TIME" };
        var idempotent = new Option<bool>("--idempotent")
        {
            Description = "Running the tool twice does no harm: try again when its worker crashes",
        };
        var session = new Option<string?>("--session")
        {
            Description = "Session that the call belongs to: it goes where the session's latest call went, if it can",
            HelpName = "NAME",
        };
        var meta = MetadataOption.Create();
        var stream = new Option<bool>("--stream") { Description = "Read the tool as a stream: one line of JSON per item, as they come" };
        var progress = new Option<bool>("--progress")
        {
            Description = "Print the tool's progress on standard error; reads the tool as a stream",
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print nothing but the result" };
        var details = new Option<bool>("--details")
        {
            Description = "Print the whole answer as one JSON document: result, worker, silo, times; or the failure, code, outcome",
        };
        var command = new Command("call", "Call a tool of a running silo.")
        {
            tool, json, pool, timeout, idempotent, session, meta, stream, progress, quiet, details,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(details) && (result.GetValue(stream) || result.GetValue(progress)))
                result.AddError("--details prints one document, and --stream and --progress print lines; choose one of them.");
        });
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit call add --json '{\"a\": 1, \"b\": 2}'", "a tool of the pool 'default'"),
            ("echo '{}' | snakepit call report --json - --pool ml --timeout 60s", "arguments from standard input"),
            ("snakepit call words --json '{\"text\": \"a b\"}' --stream", "one line for each item"),
            ("snakepit call add --json '{\"a\": 1, \"b\": 2}' --details", "with worker and times, for programs"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(
            result,
            async http =>
            {
                With(http, result.GetValue(timeout), result.GetValue(idempotent), result.GetValue(session));
                MetadataOption.Add(http, result.GetValue(meta) ?? []);
                var path = Path(result.GetValue(pool)!, result.GetValue(tool)!);
                var arguments = result.GetValue(json)!;
                if (arguments == "-")
                    arguments = await Console.In.ReadToEndAsync(cancellationToken);
                if (result.GetValue(progress))
                    http.DefaultRequestHeaders.Add(SnakepitHeaders.Progress, "true");
                if (result.GetValue(details))
                    return await DetailAsync(http, path, arguments, cancellationToken);
                return result.GetValue(stream) || result.GetValue(progress)
                    ? await StreamReading.PrintAsync(http, $"{path}/stream", arguments, result.GetValue(quiet), cancellationToken)
                    : await CallAsync(http, path, arguments, result.GetValue(quiet), cancellationToken);
            }));
        return command;
    }

    private static void With(HttpClient http, string? timeout, bool idempotent, string? session)
    {
        if (timeout is not null)
            http.DefaultRequestHeaders.Add(SnakepitHeaders.Timeout, timeout);
        if (idempotent)
            http.DefaultRequestHeaders.Add(SnakepitHeaders.Idempotent, "true");
        if (session is not null)
            http.DefaultRequestHeaders.TryAddWithoutValidation(SnakepitHeaders.Session, session);
    }

    /// <summary>Where a tool is called.</summary>
    internal static string Path(string pool, string tool) =>
        $"v1/pools/{Uri.EscapeDataString(pool)}/tools/{Uri.EscapeDataString(tool)}";

    /// <summary>Sends a call.</summary>
    internal static async Task<HttpResponseMessage> PostAsync(
        HttpClient http, string path, string json, CancellationToken cancellationToken)
    {
        using var body = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        return await http.PostAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
    }

    private static async Task<int> DetailAsync(HttpClient http, string path, string json, CancellationToken cancellationToken)
    {
        using var response = await PostAsync(http, path, json, cancellationToken);
        await Terminal.WriteLineAsync(await ToolAnswer.DocumentAsync(response, cancellationToken));
        return response.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<int> CallAsync(HttpClient http, string path, string json, bool quiet, CancellationToken cancellationToken)
    {
        using var response = await PostAsync(http, path, json, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            await Terminal.CopyAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
            if (!quiet)
                await Terminal.WriteErrorAsync(ToolAnswer.Describe(response));
            return ExitCodes.Ok;
        }

        await Terminal.WriteErrorAsync(Explain(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode));
        return ExitCodes.Failed;
    }

    /// <summary>What a person at a terminal does about it, where that differs from what a program does.</summary>
    private static string Advice(string? code) =>
        code == AccessRule.NotAuthenticated ? $" Set {SiloConnection.KeyVariable}, or use --key." : "";

    /// <summary>A problem document in one line, with Python's traceback below it.</summary>
    internal static string Explain(string body, int status)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            var root = problem.RootElement;
            var (code, outcome) = (root.GetProperty("code").GetString(), root.GetProperty("outcome").GetString());
            var text = $"snakepit: {root.GetProperty("detail").GetString()} [{code}, {outcome}]{Advice(code)}";
            return root.TryGetProperty("python", out var python) && python.GetProperty("traceback").GetString() is { Length: > 0 } traceback
                ? $"{text}\n{traceback}"
                : text;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"snakepit: the silo answered {status}: {body}";
        }
    }
}
