using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Snakepit.AspNetCore.Headers;
using Snakepit.Silo.Benching;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit bench TOOL</c>: how many calls of a tool a running silo answers, and where their time goes.</summary>
internal static class BenchCommand
{
    private const int MostSeconds = 600, MostCallers = 1024;

    public static Command Create()
    {
        var tool = new Argument<string>("tool") { Description = "Name of the tool; running it again and again must do no harm" };
        var json = new Option<string>("--json")
        {
            Description = "Arguments as a JSON object; - reads standard input",
            DefaultValueFactory = _ => "{}",
            HelpName = "JSON",
        };
        var pool = new Option<string>("--pool") { Description = "Pool to call", DefaultValueFactory = _ => "default", HelpName = "NAME" };
        var timeout = new Option<string?>("--timeout") { Description = "Budget of each call: 1500ms or 60s, say", HelpName = "TIME" };
        var seconds = new Option<int>("--seconds") { Description = "How long to call", DefaultValueFactory = _ => 5, HelpName = "S" };
        seconds.Between(1, MostSeconds, " seconds");
        var callers = new Option<int>("--callers")
        {
            Description = "How many calls are under way at a time",
            DefaultValueFactory = _ => 8,
            HelpName = "N",
        };
        callers.Between(1, MostCallers);
        var details = new Option<bool>("--details") { Description = "Print the report as one JSON document" };
        var command = new Command(
            "bench",
            "Call a tool of a running silo for some seconds, and say how many calls it answers and where their time goes. The tool really "
            + "runs each time, so running it again and again must do no harm.")
        {
            tool, json, pool, timeout, seconds, callers, details,
        };
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit bench count --json '{\"text\": \"one two\"}'", "eight callers for five seconds"),
            ("snakepit bench report --pool ml --callers 64 --seconds 30 --details", "more, as JSON"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(
            result,
            async http =>
            {
                if (result.GetValue(timeout) is { } budget)
                    http.DefaultRequestHeaders.Add(SnakepitHeaders.Timeout, budget);
                var arguments = result.GetValue(json)!;
                var spec = new BenchSpec
                {
                    Tool = result.GetValue(tool)!,
                    Pool = result.GetValue(pool)!,
                    Arguments = arguments == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : arguments,
                    Callers = result.GetValue(callers),
                    Time = TimeSpan.FromSeconds(result.GetValue(seconds)),
                };
                var report = await new BenchRun(http, spec, TimeProvider.System).RunAsync(cancellationToken);
                if (result.GetValue(details))
                    Console.WriteLine(JsonSerializer.Serialize(report, CommandJson.Indented));
                else
                    Print(report);
                return report.Succeeded > 0 ? ExitCodes.Ok : ExitCodes.Failed;
            }));
        return command;
    }

    private static void Print(BenchReport report)
    {
        CommandTable.FitOutput();
        var callers = report.Callers == 1 ? "1 caller" : $"{report.Callers} callers";
        Console.WriteLine($"{report.Tool} of pool {report.Pool}, {callers}: {report.Succeeded} calls in "
            + Invariant($"{report.Seconds:0.0} s, {report.CallsPerSecond:0.#} a second"));
        Console.WriteLine(report.Failures.Count == 0
            ? "Failed: none"
            : $"Failed: {string.Join(", ", report.Failures.Select(failure => $"{failure.Key} {failure.Value}"))}");
        if (report.Succeeded == 0)
            return;
        var table = CommandTable.Of("ms", "p50", "p95", "p99", "max");
        foreach (var (part, p50, p95, p99, max) in report.Times)
            table.AddRow([part, .. new[] { p50, p95, p99, max }.Select(time => Invariant($"{time:0.00}"))]);
        AnsiConsole.Write(table);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
