using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit log-level</c>: shows or changes levels of the log while a silo runs.</summary>
internal static class LogLevelCommand
{
    public static Command Create()
    {
        var category = new Argument<string?>("category")
        {
            Description = $"{string.Join(", ", LogWords.Known)}, or a category of .NET",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "CATEGORY",
        };
        var level = new Argument<string?>("level")
        {
            Description = $"{string.Join(", ", Enum.GetNames<LogLevel>())}; nothing goes back to the configuration",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "LEVEL",
        };
        var limit = new Option<string?>("--for") { Description = "How long it counts, a day at most, for example 10m", HelpName = "TIME" };
        var json = new Option<bool>("--json") { Description = "Print the document of GET /v1/log-levels" };
        var command = new Command("log-level", "Show or change levels of the log of one silo while it runs.")
        {
            category, level, limit, json,
        };
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit log-level", "what was set while the silo runs"),
            ("snakepit log-level pool debug --for 10m", "more of the pools for ten minutes"),
            ("snakepit log-level pool", "back to the configuration"),
            ("snakepit log-level Microsoft.AspNetCore.Hosting information", "each request of the HTTP door"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, async http =>
        {
            var path = "v1/log-levels";
            if (result.GetValue(category) is { } name)
            {
                path += $"?category={Uri.EscapeDataString(name)}&level={Uri.EscapeDataString(result.GetValue(level) ?? "")}"
                    + $"&for={Uri.EscapeDataString(result.GetValue(limit) ?? "")}";
            }

            using var response = path.Contains('?', StringComparison.Ordinal)
                ? await SiloHttp.PostAsync(http, path, cancellationToken)
                : await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                await Terminal.WriteErrorAsync(CallCommand.Explain(body, (int)response.StatusCode));
                return ExitCodes.Failed;
            }

            if (result.GetValue(json))
                await Terminal.WriteLineAsync(body);
            else
                Show(JsonSerializer.Deserialize<LogLevelsDocument>(body, StatusDocument.Json)!);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static void Show(LogLevelsDocument document)
    {
        if (document.Levels.Count == 0)
            Console.WriteLine("Every category has the level of the configuration (Logging:LogLevel).");
        foreach (var (category, level) in document.Levels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Console.WriteLine($"{category}: {level}");
    }
}
